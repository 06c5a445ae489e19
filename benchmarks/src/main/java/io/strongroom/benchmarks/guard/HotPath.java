package io.strongroom.benchmarks.guard;

import io.strongroom.benchmarks.crypto.StreamPaths;
import io.strongroom.benchmarks.storage.ParquetPaths;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A path whose speed is guarded.
 *
 * @param work the path
 * @param other what its speed is compared with
 * @param name of what it is compared with
 * @param measuring how long it is measured
 */
record HotPath(Work work, Work other, String name, Throughput measuring) {

  /**
   * All of them, by name.
   *
   * @param folder for files
   */
  static Map<String, HotPath> all(Path folder) throws IOException {
    Map<String, HotPath> paths = new LinkedHashMap<>();
    for (int frameLength : new int[] {1024, 16 * 1024}) {
      StreamPaths ours = StreamPaths.of("strongroom", frameLength);
      StreamPaths limit = StreamPaths.of("limit", frameLength);
      String frames = (frameLength / 1024) + "KiB";
      paths.put("encrypt-" + frames, frames(ours::encrypt, limit::encrypt));
      paths.put("decrypt-" + frames, frames(ours::decrypt, limit::decrypt));
    }
    ParquetPaths ours = ParquetPaths.of("strongroom", "strongroom", folder);
    ParquetPaths avro = ParquetPaths.of("parquet-avro", "parquet-avro-plain", folder);
    paths.put("parquet-write", files(ours::writeObjects, avro::writeObjects));
    paths.put("parquet-write-bytes", files(ours::writeBytes, avro::writeBytes));
    paths.put("parquet-write-encrypted", files(ours::writeEncrypted, avro::writeEncrypted));
    paths.put("parquet-read", files(ours::read, avro::read));
    paths.put("parquet-read-encrypted", files(ours::readEncrypted, avro::readEncrypted));
    return paths;
  }

  private static HotPath frames(Work work, Work limit) {
    return new HotPath(work, limit, "the limit", Throughput.OF_FRAMES);
  }

  private static HotPath files(Work work, Work avro) {
    return new HotPath(work, avro, "parquet-avro", Throughput.OF_FILES);
  }

  /** How fast the work is: 1 when both take as long, less when the work is slower. */
  double share() throws IOException {
    return measuring.share(work, other);
  }
}
