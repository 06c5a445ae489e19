package io.strongroom.crypto.subject;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.RawAesKeyService;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.signing.Keyring;
import io.strongroom.crypto.signing.RootKey;
import io.strongroom.crypto.signing.Signer;
import io.strongroom.crypto.signing.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/** A store of files with a key service, a signer and a keyring around it. */
final class SubjectRig {
  static final KeyId KEY = new KeyId("people");
  static final SubjectField NAME = new SubjectField("customers", "name");
  static final EncryptionContext CONTEXT = EncryptionContext.strongroom().tenant("acme").build();
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");

  final SecureRandom random = new SecureRandom();
  final Signer signer = Ed25519Signer.generate(KeyPurpose.RECEIPT, random);
  final Keyring keyring;
  final KeyService service;
  final SubjectKeyStore store;

  SubjectRig(Path folder) {
    RootKey root = RootKey.generate(random);
    keyring =
        Keyring.parse(
            Keyring.create(root, 1, List.of(VerificationKey.of(signer, "privacy office"))),
            root.digest());
    byte[] key = new byte[32];
    random.nextBytes(key);
    service = new RawAesKeyService("test", KEY.value(), key, random);
    store = new FileSubjectKeyStore(folder.resolve("subjects"));
    builder().prepare();
  }

  SubjectKeys.Builder builder() {
    return SubjectKeys.builder(store, service, KEY).context(CONTEXT).clock(() -> NOW);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
