package io.strongroom.benchmarks.guard;

import java.io.IOException;

/** Something that is measured, again and again, in one thread. */
@FunctionalInterface
interface Work {

  /** Does it once. */
  void run() throws IOException;
}
