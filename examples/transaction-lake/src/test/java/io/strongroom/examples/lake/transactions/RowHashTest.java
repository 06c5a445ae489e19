package io.strongroom.examples.lake.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.strongroom.examples.lake.source.SourceLimits;
import io.strongroom.examples.lake.source.SourceRows;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The vectors were computed by another implementation (Python's hmac) of the description. */
@Tag("verify")
class RowHashTest {
  private final RowHash hash = new RowHash(key());

  @Test
  void aReadableRowHasThePublishedHash() {
    assertThat(hash.of(RowsOfText.row("TX-0001,ACC001,-25.50,EUR,2026-01-31T23:59:59Z")))
        .isEqualTo("1b8657e6a14a5fd8dfc8ae7e1a84d507079dc1434fe8bc080652289b4be48af4");
  }

  @Test
  void emptyFieldsAndOtherAlphabetsHaveThePublishedHash() {
    assertThat(hash.of(RowsOfText.row("TX-0001,,-25.50,EUR,")))
        .isEqualTo("a2851ce0b9a225084553704f0947fd266e9b5c0a8ff25656e44c6c1759478194");
    assertThat(hash.of(RowsOfText.row(",Zoë,,,")))
        .isEqualTo("2cee270d306904102721e2f8ced098b538db269eea4a02fe68538173a1f6714a");
  }

  @Test
  void anUnreadableRowHasThePublishedHashOfItsBytes() {
    assertThat(hash.of(RowsOfText.row("TX-0001,ACC001")))
        .isEqualTo("69818498ff7fb5adea9375deaa15ce2bc00d4e98c4dc994c38b46c02e5a657b8");
    assertThat(hash.of(RowsOfText.row("TX-\u00FF", StandardCharsets.ISO_8859_1)))
        .isEqualTo("3ceb735963d2330bdc7a8140fde3527a6803285820245f47759edc804dba498d");
  }

  @Test
  void quotesFurtherColumnsAndTheirOrderDoNotCount() throws IOException {
    String other =
        """
        Note,TransactionTimestamp,Currency,TransactionAmount,CustomerID,TransactionID
        note,2026-01-31T23:59:59Z,EUR,"-25.50",ACC001,TX-0001
        """;
    SourceRows rows =
        SourceRows.open(
            new ByteArrayInputStream(other.getBytes(StandardCharsets.UTF_8)), SourceLimits.DEFAULT);
    assertThat(hash.of(Objects.requireNonNull(rows.next())))
        .isEqualTo(hash.of(RowsOfText.row("TX-0001,ACC001,-25.50,EUR,2026-01-31T23:59:59Z")));
  }

  @Test
  void anotherKeyGivesAnotherHash() {
    byte[] other = key();
    other[31] ^= 1;
    assertThat(new RowHash(other).of(RowsOfText.row("1,2,3,4,5")))
        .isNotEqualTo(hash.of(RowsOfText.row("1,2,3,4,5")));
  }

  private static byte[] key() {
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    return key;
  }
}
