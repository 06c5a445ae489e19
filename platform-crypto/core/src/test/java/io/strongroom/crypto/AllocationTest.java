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

  /**
   * How a path is compiled differs from process to process, seldom for the worse: what is above its
   * ceiling is measured twice more.
   */
  private static final int ATTEMPTS = 3;

  @BeforeAll
  static void measure() throws IOException, InterruptedException {
    boolean holds = false;
    for (int attempt = 1; attempt <= ATTEMPTS && !holds; attempt++) {
      Properties measured = new Properties();
      measured.load(new StringReader(ChildJvm.run(AllocationProcess.class, "-Xmx256m")));
      holds = !measured.isEmpty();
      for (String path : measured.stringPropertyNames()) {
        MEASURED.merge(path, measured.getProperty(path), AllocationTest::less);
        holds &= measured(path) <= AllocationProcess.ceiling(path);
      }
    }
  }

  private static Object less(Object one, Object other) {
    return Double.parseDouble((String) one) <= Double.parseDouble((String) other) ? one : other;
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
