package io.strongroom.crypto.guice;

import com.google.inject.PrivateModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.subject.SubjectErasure;
import io.strongroom.crypto.subject.SubjectKeys;

/**
 * Exposes {@link SubjectErasure}. Requires the {@link SubjectKeys} of {@link SubjectKeysModule} and
 * a {@link Signer} marked with {@link For} for {@link KeyPurpose#RECEIPT}.
 */
public final class SubjectErasureModule extends PrivateModule {

  /** A module without settings. */
  public SubjectErasureModule() {}

  @Override
  protected void configure() {
    requireBinding(SubjectKeys.class);
    expose(SubjectErasure.class);
  }

  @Provides
  @Singleton
  SubjectErasure erasure(SubjectKeys keys, @For(KeyPurpose.RECEIPT) Signer signer) {
    return keys.erasure(signer);
  }
}
