"""How each kind of job is made, stage by stage."""
