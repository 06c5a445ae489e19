package io.strongroom.crypto.rewrap;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.WrappedDataKey;
import java.util.Objects;

/**
 * A wrapped data key and the context it was wrapped under, which stays the same when it is wrapped
 * anew.
 *
 * @param context the complete context
 * @param wrapped the wrapped key
 */
public record RecordedKey(EncryptionContext context, WrappedDataKey wrapped) {

  /** Refuses null. */
  public RecordedKey {
    Objects.requireNonNull(context, "context");
    Objects.requireNonNull(wrapped, "wrapped");
  }
}
