package io.strongroom.storage.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** What one reader made of the files of a test. */
final class OracleCount {
  private final String oracle;
  private int ran;
  private final List<String> failed = new ArrayList<>();

  OracleCount(String oracle) {
    this.oracle = oracle;
  }

  /** Reads a file, or finds that it cannot be read or holds something else. */
  interface Reading {
    void run() throws Exception;
  }

  void run(String file, Reading reading) {
    ran++;
    try {
      reading.run();
    } catch (Exception | AssertionError problem) {
      String text = problem.toString();
      failed.add(file + ": " + text.substring(0, Math.min(text.length(), 2_000)));
    }
  }

  /** Prints the count and fails when a file did, or when there were hardly any. */
  void report() {
    System.out.println("oracle " + oracle + ": " + ran + " ran, " + failed.size() + " failed");
    assertThat(failed).isEmpty();
    assertThat(ran).isGreaterThan(25);
  }
}
