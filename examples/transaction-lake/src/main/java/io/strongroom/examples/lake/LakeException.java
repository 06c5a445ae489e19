package io.strongroom.examples.lake;

import io.strongroom.base.PlatformException;
import org.jspecify.annotations.Nullable;

/**
 * A refusal of this application; its message names files, rows, columns and keys, never a value.
 */
public final class LakeException extends PlatformException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal without an underlying failure.
   *
   * @param code what was refused
   * @param message which file, row, column or setting
   */
  public LakeException(LakeErrorCode code, String message) {
    super(code, message);
  }

  /** A command line that cannot be understood. */
  static LakeException usage(String why) {
    return new LakeException(LakeErrorCode.USAGE, why);
  }

  /**
   * A refusal that another failure caused.
   *
   * @param code what was refused
   * @param message which file, row, column or setting
   * @param cause the failure beneath
   */
  public LakeException(LakeErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, cause);
  }
}
