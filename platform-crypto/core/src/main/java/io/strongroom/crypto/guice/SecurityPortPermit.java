package io.strongroom.crypto.guice;

import com.google.inject.RestrictedBindingSource;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Stands on a Guice module that binds a security port on purpose: {@link
 * io.strongroom.crypto.KeyService}, {@link io.strongroom.crypto.CachingKeyService}, {@link
 * io.strongroom.crypto.signing.Signer}, with or without {@link For}, or {@link
 * io.strongroom.crypto.subject.SubjectKeyStore}. Without it Guice refuses such a binding, so that
 * nobody exchanges where keys are by the way. A lambda cannot carry it: the module is a class.
 */
@Documented
@RestrictedBindingSource.Permit
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.TYPE_USE})
public @interface SecurityPortPermit {

  /** What Guice says to whoever lacks it. */
  String EXPLANATION =
      "This is a security port: install a module of Strongroom that binds it, such as"
          + " LocalKeysModule or AwsKmsModule, or annotate your own module class, not a lambda, with"
          + " @SecurityPortPermit to say that it binds the port on purpose.";
}
