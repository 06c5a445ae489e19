package io.strongroom.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * How a path is compiled differs from process to process, seldom for the worse: what is above its
   * ceiling is measured again, in a new process.
   */
  private static final int ATTEMPTS = 4;

  /** The thread waits for the compiler, so that a busy machine does not make another process. */
  private static final String OPTIONS = "-Xmx256m -XX:+UseSerialGC -XX:-BackgroundCompilation";

  @BeforeAll
  static void measure() throws IOException, InterruptedException {
    List<String> above = List.of();
    for (int attempt = 1; attempt == 1 || (attempt <= ATTEMPTS && !above.isEmpty()); attempt++) {
      String printed = ChildJvm.run(AllocationProcess.class, OPTIONS, above.toArray(String[]::new));
      MEASURED.load(new StringReader(printed));
      above = new ArrayList<>();
      for (String path : MEASURED.stringPropertyNames()) {
        if (measured(path) > AllocationProcess.ceiling(path)) {
          above.add(path);
        }
      }
    }
  }

  private static double measured(String path) {
    assertThat(MEASURED.getProperty(path)).as(MEASURED.toString()).isNotNull();
    return Double.parseDouble(MEASURED.getProperty(path));
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
    assertThat(measured(path)).as(path).isLessThanOrEqualTo(AllocationProcess.ceiling(path));
  }
}
