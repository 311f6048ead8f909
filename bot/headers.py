"""Headers of every answer: nothing is stored, nothing of others is loaded, nothing is told to others."""

from __future__ import annotations

from bot.origins import listed

# Everything that a page could ask of a device; the chat needs none of it, but to copy an address
# (clipboard-write, which is our own page's by default). Only names that browsers know today.
_FEATURES = """accelerometer autoplay bluetooth browsing-topics camera clipboard-read display-capture
encrypted-media fullscreen gamepad geolocation gyroscope hid idle-detection keyboard-map local-fonts magnetometer
microphone midi otp-credentials payment picture-in-picture publickey-credentials-get screen-wake-lock serial
storage-access sync-xhr usb web-share window-management xr-spatial-tracking""".split()
_FRAMED_BY = " ".join(("'self'", *listed()))

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"base-uri 'none'; form-action 'self'; frame-ancestors {_FRAMED_BY}"
    ),
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    # A listed site must be able to load the script; what it may read of the chat is decided by origin.
    "Cross-Origin-Resource-Policy": "cross-origin" if listed() else "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _FEATURES),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
    "X-Robots-Tag": "noindex",
}
