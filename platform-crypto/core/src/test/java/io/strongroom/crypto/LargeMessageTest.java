package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("exhaustive")
class LargeMessageTest {

  @Test
  void fiveGigabytesRoundTripInAHeapOf128Mebibytes() throws IOException, InterruptedException {
    assertThat(StreamingProcess.run(5_000_000_000L, "-Xmx128m")).isEqualTo("5000000000 bytes\n");
  }
}
