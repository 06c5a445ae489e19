package io.strongroom.crypto.guice;

import com.google.inject.BindingAnnotation;
import com.google.inject.RestrictedBindingSource;
import io.strongroom.crypto.signing.KeyPurpose;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Tells the signers of different purposes apart. */
@RestrictedBindingSource(
    explanation = SecurityPortPermit.EXPLANATION,
    permits = SecurityPortPermit.class)
@BindingAnnotation
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.METHOD, ElementType.FIELD})
public @interface For {

  /**
   * The purpose.
   *
   * @return what the signer's key may sign
   */
  KeyPurpose value();
}
