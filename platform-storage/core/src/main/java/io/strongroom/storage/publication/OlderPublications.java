package io.strongroom.storage.publication;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

/**
 * The publications before one, newest first, read by another thread some steps ahead of who asks
 * for them, and with them the generations that they name. Used by one thread, which closes it.
 */
final class OlderPublications implements AutoCloseable {
  private static final int AHEAD = 8;

  private final PublicationChain chain;
  private final Generations generations;
  private final Workers workers;
  private final DigestSet asked = new DigestSet();
  private final BlockingQueue<Supplier<Publication>> read = new ArrayBlockingQueue<>(AHEAD);
  private final Thread reader;

  /**
   * Begins to read.
   *
   * @param newest the publication before which to begin
   * @param workers read generations
   */
  OlderPublications(
      PublicationChain chain, Generations generations, Publication newest, Workers workers) {
    this.chain = chain;
    this.generations = generations;
    this.workers = workers;
    newest.generations().values().forEach(asked::add);
    this.reader = new Thread(() -> readFrom(newest), "strongroom-check-history");
    reader.setDaemon(true);
    reader.start();
  }

  private void readFrom(Publication newest) {
    try {
      Optional<Publication> at = Optional.of(newest);
      while (at.isPresent() && at.get().previous().isPresent()) {
        at = read(at.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Nobody asks any more.
    }
  }

  /** Reads one, or what goes wrong with it, after which there are no more. */
  private Optional<Publication> read(Publication after) throws InterruptedException {
    try {
      Publication previous = chain.previous(after).orElseThrow();
      for (String digest : previous.generations().values()) {
        generations.readAhead(digest, asked, workers);
      }
      read.put(() -> previous);
      return Optional.of(previous);
    } catch (RuntimeException failure) {
      read.put(
          () -> {
            throw failure;
          });
      return Optional.empty();
    }
  }

  /** The next older one; throws what reading it threw. May be asked once for each that is named. */
  Publication next() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return read.take().get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    reader.interrupt();
  }
}
