package io.strongroom.examples.lake;

import io.strongroom.pipeline.Progress;
import java.io.PrintStream;
import java.util.Locale;

/** Tells progress in lines, the count of rows at most once a second. Thread-safe. */
final class ConsoleProgress implements Progress {
  private static final long SECOND = 1_000_000_000L;

  private final PrintStream out;
  private final long began = System.nanoTime();
  private long lastRows = began;

  ConsoleProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public synchronized void step(String message) {
    line(message);
  }

  @Override
  public synchronized void rows(long done) {
    long now = System.nanoTime();
    if (now - lastRows >= SECOND) {
      lastRows = now;
      line(String.format(Locale.ROOT, "%,d rows", done));
    }
  }

  private void line(String message) {
    double seconds = (System.nanoTime() - began) / (double) SECOND;
    out.printf(Locale.ROOT, "%6.1fs  %s%n", seconds, message);
    out.flush();
  }
}
