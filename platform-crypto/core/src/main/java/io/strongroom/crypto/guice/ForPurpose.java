package io.strongroom.crypto.guice;

import io.strongroom.crypto.signing.KeyPurpose;
import java.lang.annotation.Annotation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The annotation {@link For} as a value, equal to the ones that stand in code: for modules that
 * bind signers.
 *
 * @param value the purpose
 */
@SuppressWarnings("ClassExplicitlyAnnotation") // A binding with an attribute needs such a value.
public record ForPurpose(KeyPurpose value) implements For {

  /** Refuses null. */
  public ForPurpose {
    Objects.requireNonNull(value, "value");
  }

  @Override
  public Class<? extends Annotation> annotationType() {
    return For.class;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof For that && value == that.value();
  }

  /** As {@link Annotation#hashCode()} defines it. */
  @Override
  public int hashCode() {
    return (127 * "value".hashCode()) ^ value.hashCode();
  }

  @Override
  public String toString() {
    return "@For(" + value + ")";
  }
}
