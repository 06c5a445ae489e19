package io.strongroom.pipeline;

/**
 * Where a run tells a person how far it is. Called from several threads; must not block and must
 * not throw.
 */
public interface Progress {
  /** A new thing has begun; the message holds names and ids only. */
  void step(String message);

  /** Rows done in the partition that calls, counted from its beginning. */
  void rows(long done);

  /** Tells nobody. */
  static Progress none() {
    return new Progress() {
      @Override
      public void step(String message) {}

      @Override
      public void rows(long done) {}
    };
  }
}
