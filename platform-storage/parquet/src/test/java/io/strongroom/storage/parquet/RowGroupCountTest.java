package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The format numbers row groups with 16 bits. */
@Tag("exhaustive")
class RowGroupCountTest {

  @Test
  void aFileOfMoreRowGroupsThanTheFormatNumbersIsRefused() {
    ParquetSchema one =
        ParquetSchema.parse(
            "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}");
    try (ParquetRowWriter out =
        new ParquetRowWriter(
            OutputStream.nullOutputStream(),
            one,
            null,
            Samples.small(ParquetLayout.STANDARD, Codec.UNCOMPRESSED, 1))) {
      for (int row = 0; row < Short.MAX_VALUE; row++) {
        out.setInt(0, row);
        out.endRow();
      }
      out.setInt(0, 0);
      assertThatThrownBy(out::endRow)
          .isInstanceOf(ParquetFileException.class)
          .extracting(thrown -> ((ParquetFileException) thrown).code())
          .isEqualTo(ParquetErrorCode.FILE_TOO_LARGE);
      assertThatThrownBy(out::finish).isInstanceOf(IllegalStateException.class);
    }
  }
}
