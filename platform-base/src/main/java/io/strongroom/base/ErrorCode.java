package io.strongroom.base;

/**
 * One kind of failure with a stable identity. Each library implements this with one enum; an id or
 * a name never changes its meaning and is never used again for another.
 */
public interface ErrorCode {

  /**
   * The stable id: the library's prefix and a number.
   *
   * @return for example {@code STO-004}
   */
  String id();

  /**
   * The stable name.
   *
   * @return upper case words joined by underscores
   */
  String name();

  /**
   * What the caller should do.
   *
   * @return the category; the same for every occurrence of this code
   */
  ErrorCategory category();

  /**
   * What has happened, in general.
   *
   * @return one sentence
   */
  String meaning();

  /**
   * What a person does about it.
   *
   * @return one sentence
   */
  String remedy();
}
