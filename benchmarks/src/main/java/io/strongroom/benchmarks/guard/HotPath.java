package io.strongroom.benchmarks.guard;

import io.strongroom.benchmarks.crypto.StreamPaths;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A path whose speed is guarded.
 *
 * @param work the path
 * @param limit what bounds its speed
 */
record HotPath(Work work, Work limit) {

  /** All of them, by name. */
  static Map<String, HotPath> all() {
    Map<String, HotPath> paths = new LinkedHashMap<>();
    for (int frameLength : new int[] {1024, 16 * 1024}) {
      StreamPaths ours = StreamPaths.of("strongroom", frameLength);
      StreamPaths limit = StreamPaths.of("limit", frameLength);
      String frames = (frameLength / 1024) + "KiB";
      paths.put("encrypt-" + frames, new HotPath(ours::encrypt, limit::encrypt));
      paths.put("decrypt-" + frames, new HotPath(ours::decrypt, limit::decrypt));
    }
    return paths;
  }
}
