package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hot paths allocate, against {@code allocation.properties}. */
@Tag("verify")
class AllocationTest {
  /** What the JDK's AES-GCM allocates for a call, and a little more. */
  private static final double MOST_FOR_A_FRAME = 1300;

  private static final Properties MEASURED = new Properties();

  @BeforeAll
  static void measure() throws IOException, InterruptedException {
    MEASURED.load(new StringReader(ChildJvm.run(AllocationProcess.class, "-Xmx256m")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seal-frame",
        "seal-frame-of-parts",
        "seal-frame-of-direct-buffer",
        "open-frame",
        "open-frame-into-direct-buffer"
      })
  void aFrameOf16KibibytesCostsWhatTheJdkCostsAndNoCopy(String path) throws IOException {
    assertThat(AllocationProcess.ceiling(path)).isLessThan(MOST_FOR_A_FRAME);
    assertHolds(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"encrypt-4KiB", "decrypt-4KiB", "open-and-read-4KiB", "read-4KiB"})
  void aShortMessageUnderACachedKeyAndAShortReadStayWithinTheirCeilings(String path)
      throws IOException {
    assertHolds(path);
  }

  private static void assertHolds(String path) throws IOException {
    assertThat(MEASURED.getProperty(path)).as(MEASURED.toString()).isNotNull();
    assertThat(Double.parseDouble(MEASURED.getProperty(path)))
        .as(path)
        .isLessThanOrEqualTo(AllocationProcess.ceiling(path));
  }
}
