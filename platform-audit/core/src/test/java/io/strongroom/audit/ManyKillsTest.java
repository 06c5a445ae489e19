package io.strongroom.audit;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thousand kills of writers of each kind of log, in ten slices. */
@Tag("exhaustive")
class ManyKillsTest {
  private static final int EACH = 100;

  private interface Kills {
    int run(Path folder, int kills) throws Exception;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void nothingAcknowledgedIsLostInAStoreOnADisk(int slice, @TempDir Path folder) throws Exception {
    slice("a store on a disk", slice, folder, KilledWriterTest::killInAStore);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void nothingAcknowledgedIsLostInALocalLog(int slice, @TempDir Path folder) throws Exception {
    slice("a local log", slice, folder, KilledWriterTest::killLocal);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void nothingAcknowledgedIsLostOnS3(int slice, @TempDir Path folder) throws Exception {
    slice("S3", slice, folder, KilledWriterTest::killOnS3);
  }

  private static void slice(String where, int slice, Path folder, Kills kills) throws Exception {
    int acknowledged = kills.run(folder, EACH);
    System.out.printf(
        Locale.ROOT,
        "kills of writers, %s, slice %d: %d killed, %d entries acknowledged, 0 lost%n",
        where,
        slice,
        EACH,
        acknowledged);
  }
}
