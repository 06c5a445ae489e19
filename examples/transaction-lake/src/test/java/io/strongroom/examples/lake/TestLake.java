package io.strongroom.examples.lake;

import com.google.inject.Injector;
import com.google.inject.Module;
import io.strongroom.pipeline.Progress;
import io.strongroom.storage.guice.LocalStoreConfig;
import io.strongroom.storage.guice.LocalStoreModule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A lake in a folder of its own, driven by the words of the command line. */
final class TestLake {
  static final Path SAMPLE = Path.of("data", "transactions.csv");

  /** Long enough for the program to live, short enough for a test that waits for a dead one. */
  private static final String LEASE = "pipeline.lease-ttl=1s";

  private final Path root;
  private final Function<LocalStoreConfig, Module> store;

  TestLake(Path root) {
    this(root, LocalStoreModule::new);
  }

  TestLake(Path root, Function<LocalStoreConfig, Module> store) {
    this.root = root;
    this.store = store;
  }

  /** What the program did. */
  record Outcome(int exitCode, String out, String err) {}

  Path root() {
    return root;
  }

  LakeFolder folder() {
    return new LakeFolder(root);
  }

  Outcome run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--lake", root.toString()));
    if (all.stream().noneMatch(word -> word.startsWith("pipeline.lease-ttl="))) {
      all.addAll(List.of("--set", LEASE));
    }
    return runExactly(all);
  }

  Outcome runExactly(List<String> words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    LakeProgram program =
        new LakeProgram(
            new LakeModules(Map.of(), store),
            root,
            Optional.of(SAMPLE),
            "transaction-lake",
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    int exitCode = program.run(words);
    return new Outcome(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs and insists on success. */
  String done(String... words) {
    Outcome outcome = run(words);
    if (outcome.exitCode() != 0) {
      throw new AssertionError(
          "exit code " + outcome.exitCode() + ": " + outcome.err() + outcome.out());
    }
    return outcome.out();
  }

  /** The parts of the program, for a look at what it stored. */
  Injector open() {
    return new LakeModules(Map.of(), store).assemble(folder(), List.of(), Progress.none());
  }

  /** A copy of the whole lake. */
  TestLake copyTo(Path target) throws IOException {
    copy(root, target);
    return new TestLake(target, store);
  }

  static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> paths = Files.walk(source)) {
      for (Path path : paths.toList()) {
        Path to = target.resolve(source.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(to);
          Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(path));
        } else {
          Files.copy(path, to, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }
}
