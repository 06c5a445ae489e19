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
 * @param limit what its speed is compared with
 * @param measuring how it is measured
 */
record HotPath(Work work, Work limit, Throughput measuring) {

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
    ParquetPaths files = ParquetPaths.of(folder);
    paths.put("parquet-write", files(files::writeObjects, files::pack));
    paths.put("parquet-write-bytes", files(files::writeBytes, files::pack));
    paths.put("parquet-write-encrypted", files(files::writeEncrypted, files::pack));
    paths.put("parquet-read", files(files::read, files::unpack));
    paths.put("parquet-read-encrypted", files(files::readEncrypted, files::unpack));
    return paths;
  }

  private static HotPath frames(Work work, Work limit) {
    return new HotPath(work, limit, Throughput.OF_FRAMES);
  }

  private static HotPath files(Work work, Work limit) {
    return new HotPath(work, limit, Throughput.OF_FILES);
  }

  /** How fast the work is: 1 when both take as long, less when the work is slower. */
  double share() throws IOException {
    return measuring.share(work, limit);
  }
}
