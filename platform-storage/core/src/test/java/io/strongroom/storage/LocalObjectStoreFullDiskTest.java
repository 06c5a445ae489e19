package io.strongroom.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local store on a real file system without room; needs the right to mount one. */
@Tag("oracle")
class LocalObjectStoreFullDiskTest {
  @TempDir Path mountPoint;

  @Test
  void fullDiskGetsATypedErrorAndLeavesNothing() throws Exception {
    run("mount", "-t", "tmpfs", "-o", "size=1m", "none", mountPoint.toString());
    try {
      Path root = mountPoint.resolve("store");
      List<String> answers;
      try (ChildProcess child = ChildProcess.start(FillingProcess.class, root.toString())) {
        answers = child.rest();
        assertThat(child.exitCode()).isZero();
      }
      assertThat(answers).hasSize(3).allMatch(line -> line.startsWith("STORE_FULL 'a/"));
      LocalObjectStore store = new LocalObjectStore(root);
      assertThat(store.list("", null, 10)).isEmpty();
      try (Stream<Path> files = Files.list(root.resolve(".strongroom/tmp"))) {
        assertThat(files).isEmpty();
      }
      assertThat(store.putIfAbsent("a/small", new byte[1000])).isInstanceOf(WriteResult.Won.class);
    } finally {
      run("umount", mountPoint.toString());
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
