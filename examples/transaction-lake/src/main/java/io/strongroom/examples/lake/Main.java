package io.strongroom.examples.lake;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The process: arguments, environment, exit code. */
public final class Main {
  private Main() {}

  /**
   * Runs the program and ends the process with its exit code.
   *
   * @param args see {@code help}
   */
  public static void main(String[] args) {
    // Set by the launcher: the folder of the example, where the sample and the usual lake lie.
    Optional<Path> home = Optional.ofNullable(System.getProperty("lake.home")).map(Path::of);
    LakeProgram program =
        new LakeProgram(
            new LakeModules(System.getenv()),
            home.map(path -> path.resolve("lake")).orElse(Path.of("lake")),
            home.map(path -> path.resolve("data").resolve("transactions.csv")),
            System.getProperty("lake.command", "transaction-lake"),
            System.out,
            System.err);
    System.exit(program.run(List.of(args)));
  }
}
