package org.permitcard.support

import com.google.zxing.BarcodeFormat
import com.google.zxing.BinaryBitmap
import com.google.zxing.DecodeHintType
import com.google.zxing.client.j2se.BufferedImageLuminanceSource
import com.google.zxing.common.HybridBinarizer
import com.google.zxing.qrcode.QRCodeReader
import org.permitcard.QrMatrix
import java.awt.Color
import java.awt.image.BufferedImage

/** Draws the modules as an app does: dark on light, whole pixels for a module, the quiet zone around. */
fun draw(matrix: QrMatrix, pixels: Int = 4): BufferedImage {
    val size = matrix.size.toInt()
    val quiet = matrix.quietZone.toInt()
    val side = (size + 2 * quiet) * pixels
    val image = BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY)
    val canvas = image.createGraphics()
    canvas.color = Color.WHITE
    canvas.fillRect(0, 0, side, side)
    canvas.color = Color.BLACK
    matrix.modules.forEachIndexed { index, module ->
        if (module == 1.toByte()) {
            canvas.fillRect((index % size + quiet) * pixels, (index / size + quiet) * pixels, pixels, pixels)
        }
    }
    canvas.dispose()
    return image
}

/**
 * Reads a picture with a scanner that is not ours. The picture is exact: looking for the code as in a photo, ZXing
 * misses one in some hundred of them, whose modules happen to look like a corner.
 */
fun scan(image: BufferedImage): String {
    val bitmap = BinaryBitmap(HybridBinarizer(BufferedImageLuminanceSource(image)))
    val hints = mapOf(
        DecodeHintType.POSSIBLE_FORMATS to listOf(BarcodeFormat.QR_CODE),
        DecodeHintType.PURE_BARCODE to true,
    )
    return QRCodeReader().decode(bitmap, hints).text
}
