package io.strongroom.examples.lake.source;

/**
 * What a source file may look like before it is refused as a whole.
 *
 * @param maxLineBytes length of the longest line that is accepted, 1 KiB to 16 MiB
 */
public record SourceLimits(int maxLineBytes) {
  static final int HIGHEST_LINE_BYTES = 16 << 20;
  private static final int LOWEST_LINE_BYTES = 1 << 10;

  /** The limits unless configured otherwise: 64 KiB a line. */
  public static final SourceLimits DEFAULT = new SourceLimits(64 << 10);

  /**
   * Checks the range.
   *
   * @param maxLineBytes length of the longest line that is accepted, 1 KiB to 16 MiB
   */
  public SourceLimits {
    if (maxLineBytes < LOWEST_LINE_BYTES || maxLineBytes > HIGHEST_LINE_BYTES) {
      throw new IllegalArgumentException("maxLineBytes must be 1 KiB to 16 MiB");
    }
  }
}
