"""How words feel: valence and arousal of words that people use for moods and scenes.

Placed by hand along the circumplex of Russell (1980): pleasant to the right, awake to the top.
"""

_PLACES: dict[tuple[int, int], str] = {
    (80, 55): "happy joyful joy cheerful glad merry delighted sunny bright fun smiling laughing "
    "celebration celebrate wedding birthday summer upbeat carefree",
    (70, 90): "ecstatic euphoric excited exciting thrilled party dance dancing wild festival "
    "fireworks energetic energy hyper pumped",
    (60, 75): "playful funny silly quirky bouncy game kids circus mischievous",
    (55, 65): "heroic hero epic triumphant victory brave proud powerful glorious adventure "
    "majestic fearless winning champion",
    (45, 35): "hopeful hope inspiring uplifting optimistic warm morning spring travel road "
    "journey confident driving",
    (60, -15): "romantic love loving tender sweet kiss heart affection grateful thankful",
    (55, -60): "relaxed calm peaceful peace serene chill cozy cosy gentle soft content easy "
    "sunday coffee tea beach lazy rest restful soothing mellow quiet garden",
    (35, -70): "sleepy sleep lullaby meditation meditative still breathing spa floating bedtime",
    (35, -35): "dreamy dream dreams floaty hazy clouds stars moon moonlight space cosmic magic "
    "magical fairy ethereal snow underwater",
    (5, -30): "nostalgic nostalgia memories memory remember old childhood autumn bittersweet "
    "wistful longing vintage",
    (10, 20): "curious thoughtful focus focused study studying work thinking city night neon",
    (-45, -30): "melancholic melancholy gloomy blue rain rainy grey gray lost missing alone "
    "wandering winter fog foggy empty homesick",
    (-75, -50): "sad sadness sorrow grief grieving crying tears lonely heartbroken heartbreak "
    "mourning funeral depressed hopeless miserable goodbye loss broken hurt",
    (-25, -20): "mysterious mystery strange secret shadow shadows eerie haunted misty enigmatic",
    (-25, -65): "tired bored boring exhausted numb drained weary",
    (-50, 50): "tense nervous anxious anxiety suspense suspenseful worried stress stressed "
    "uneasy danger dangerous dark thriller chase ominous restless",
    (-65, 70): "scary fear afraid terrified horror panic nightmare creepy evil monster",
    (-65, 90): "angry anger rage furious mad aggressive violent fight fighting hate war battle "
    "storm brutal fierce destroy",
    (-40, 60): "frustrated annoyed jealous bitter rebellious defiant",
}
FEELINGS: dict[str, tuple[int, int]] = {
    word: place for place, words in _PLACES.items() for word in words.split()
}
"""Word to (valence, arousal), each from -100 to 100."""
NEGATIONS = frozenset({"not", "no", "never", "without", "isn't", "don't", "un", "non"})
STRONGER = frozenset({"very", "extremely", "super", "really", "so", "deeply", "totally"})
WEAKER = frozenset({"slightly", "somewhat", "bit", "little", "kinda", "rather", "quite"})
