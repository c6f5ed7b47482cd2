"""Captions: a label at the bottom left of a video's picture, on a soft dark band."""

from PIL import Image, ImageDraw, ImageFilter

from adapters.pictures import typeset

_INK = (255, 255, 255)
_BAND = (8, 8, 12)
_DARKEST = 165


def draw_caption(text: str, width: int, height: int) -> Image.Image:
    """A picture of the video's size that is clear but for the label and its band."""
    side = min(width, height)
    margin, size = round(side * 0.06), max(10, round(side * 0.055))
    block = typeset.fit(
        typeset.drawable(text, typeset.TEXT),
        typeset.TEXT,
        width=width - 2 * margin,
        height=round(height * 0.25),
        largest=size,
        smallest=max(8, round(size * 0.7)),
        lines=2,
    )
    top = height - margin - block.height - block.depth
    picture = Image.new("RGBA", (width, height), (*_BAND, 0))
    picture.putalpha(_draw_band(width, height, top - margin))
    draw = ImageDraw.Draw(picture)
    typeset.draw_block(draw, (margin, top), block, fill=_INK, width=width - 2 * margin)
    return picture


def _draw_band(width: int, height: int, top: int) -> Image.Image:
    """How dark each line is: nothing at `top`, the most from the middle of the label on."""
    top = max(0, top)
    ramp = Image.new("L", (1, height), 0)
    for y in range(top, height):
        ramp.putpixel((0, y), round(_DARKEST * min(1.0, (y - top) / max(1, height - top) * 1.6)))
    return ramp.filter(ImageFilter.BoxBlur(1)).resize((width, height))
