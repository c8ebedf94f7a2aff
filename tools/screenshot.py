"""Renders an HTML file to a PNG through headless Chromium: `tools/screenshot.py demo-out/x.html docs/digest.png`.

The picture is cut to the height of the page. `--width` is in CSS pixels, `--scheme` light or dark.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
LEAST_WIDTH = 500  # Chromium's own least window: narrower pages are laid out in a frame


def main() -> int:
    """Parse the command line and render; 1 with a plain message when there is no browser."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--width", type=int, default=800)
    parser.add_argument("--height", type=int, default=3000, help="the most that is drawn")
    parser.add_argument("--scheme", choices=("light", "dark"), default="light")
    parser.add_argument("--scale", type=float, default=1.0, help="device pixels per CSS pixel")
    options = parser.parse_args()
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        print(f"no browser found; install one of: {', '.join(BROWSERS)}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        page = framed(options.page.resolve(), options.width, options.height, Path(folder))
        shoot(browser, page, options, Path(folder))
    trim(options.picture, round(options.width * options.scale))
    return 0


def framed(page: Path, width: int, height: int, folder: Path) -> Path:
    """The page itself, or a frame of `width` around it when the browser's window cannot be as narrow."""
    if width >= LEAST_WIDTH:
        return page
    frame = folder / "frame.html"
    frame.write_text(
        '<!doctype html><meta name="color-scheme" content="light dark"><style>*{margin:0;border:0}</style>'
        f'<iframe src="{page.as_uri()}" width="{width}" height="{height}"></iframe>',
        "utf-8",
    )
    return frame


def shoot(browser: str, page: Path, options: argparse.Namespace, folder: Path) -> None:
    """One screenshot with a profile of its own."""
    subprocess.run(
        [
            browser,
            *FLAGS,
            f"--user-data-dir={folder / 'profile'}",
            f"--blink-settings=preferredColorScheme={0 if options.scheme == 'dark' else 1}",
            f"--window-size={max(options.width, LEAST_WIDTH)},{options.height}",
            f"--force-device-scale-factor={options.scale}",
            f"--screenshot={options.picture.resolve()}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )


def trim(picture: Path, width: int) -> None:
    """Cut the empty ground below the page, and what lies beside a frame."""
    with Image.open(picture) as opened:
        image = opened.convert("RGB").crop((0, 0, width, opened.height))
    ground = image.getpixel((2, image.height - 1))
    plain = Image.new("RGB", image.size, ground)
    box = ImageChops.difference(image, plain).getbbox()
    bottom = min(image.height, (box[3] if box else image.height) + 24)
    image.crop((0, 0, width, bottom)).save(picture, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
