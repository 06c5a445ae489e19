package io.strongroom.audit;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand kills of a writer of a log in an object store, in ten slices. */
@Tag("exhaustive")
class ManyKillsTest {
  private static final int EACH = 100;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void nothingThatAKilledProcessAcknowledgedIsLost(int slice, @TempDir Path folder)
      throws Exception {
    KilledWriterTest.killWriters(folder, EACH);
  }
}
