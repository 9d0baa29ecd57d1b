"""Reads QR codes with zxing-cpp: in come lines of width and height, each with a grey picture behind it; out goes a line
with the text, or an empty one where there is none."""

import sys

import zxingcpp

while header := sys.stdin.buffer.readline():
    width, height = map(int, header.split())
    grey = memoryview(sys.stdin.buffer.read(width * height)).cast("B", shape=[height, width])
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    print(found[0].text if found else "", flush=True)
