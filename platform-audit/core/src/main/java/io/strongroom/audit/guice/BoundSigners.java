package io.strongroom.audit.guice;

import com.google.inject.Binding;
import com.google.inject.Injector;
import com.google.inject.Key;
import io.strongroom.audit.CheckpointSigners;
import io.strongroom.crypto.guice.ForPurpose;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.SigningAlgorithm;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Finds who signs checkpoints: what the application binds, or a signer for each purpose. */
final class BoundSigners {
  private BoundSigners() {}

  static CheckpointSigners find(Injector injector, Supplier<Signer> checkpoints, Keyring keyring) {
    CheckpointSigners own = bound(injector, Key.get(CheckpointSigners.class));
    if (own != null) {
      return own;
    }
    Signer first = checkpoints.get();
    boolean asked =
        keyring.keys().stream()
            .filter(key -> key.purpose() == KeyPurpose.COSIGNATURE && !key.revoked())
            .anyMatch(key -> key.algorithm() == SigningAlgorithm.ML_DSA_44);
    Signer second =
        asked
            ? bound(injector, Key.get(Signer.class, new ForPurpose(KeyPurpose.COSIGNATURE)))
            : null;
    return second == null ? CheckpointSigners.of(first) : CheckpointSigners.of(first, second);
  }

  private static <T> @Nullable T bound(Injector injector, Key<T> key) {
    Binding<T> binding = injector.getExistingBinding(key);
    return binding == null ? null : binding.getProvider().get();
  }
}
