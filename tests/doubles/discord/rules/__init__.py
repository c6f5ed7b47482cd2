"""What Discord accepts in messages, layouts, modals and commands, and how it refuses the rest."""
