package io.strongroom.audit;

import static io.strongroom.audit.LogFixture.ORIGIN;
import static io.strongroom.audit.LogFixture.SIGNER;
import static io.strongroom.audit.LogFixture.events;
import static io.strongroom.audit.LogFixture.log;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigstore.merkle.InclusionProofVerificationException;
import dev.sigstore.merkle.InclusionProofVerifier;
import dev.sigstore.rekor.client.Checkpoints;
import dev.sigstore.rekor.client.RekorEntry;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sigstore's parser of checkpoints and verifier of inclusion, and the JDK's Ed25519. */
@Tag("verify")
class ThirdPartyVerifierTest {
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final ObjectStoreAuditLog log = log(store);

  @Test
  void checkpointIsReadAsItWasMeant() throws Exception {
    log.append(events(0, 300));
    Checkpoint ours = log.checkpoint();
    RekorEntry.Checkpoint theirs =
        Checkpoints.from(new String(ours.note(), StandardCharsets.UTF_8));
    assertThat(theirs.getOrigin()).isEqualTo(ORIGIN);
    assertThat(theirs.getSize()).isEqualTo(300);
    assertThat(theirs.getBase64Hash()).isEqualTo(Base64.getEncoder().encodeToString(ours.root()));
    assertThat(theirs.getSignatures()).hasSize(1);
    RekorEntry.CheckpointSignature signature = theirs.getSignatures().get(0);
    assertThat(signature.getIdentity()).isEqualTo(ORIGIN);
    assertThat(signature.getKeyHint())
        .isEqualTo(NoteKey.of(ORIGIN, NoteKey.Type.ED25519, SIGNER.publicKey()).id());

    byte[] spki =
        HexFormat.of()
            .parseHex("302a300506032b6570032100" + HexFormat.of().formatHex(SIGNER.publicKey()));
    PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki));
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(key);
    verifier.update(theirs.getSignedData().getBytes(StandardCharsets.UTF_8));
    assertThat(verifier.verify(signature.getSignature())).isTrue();
  }

  @Test
  void inclusionProofsAreAcceptedAndAlteredOnesRefused() throws Exception {
    int size = 0;
    for (int more : new int[] {1, 6, 250, 343}) {
      log.append(events(size, size + more));
      size += more;
      byte[] root = log.checkpoint().root();
      for (int index = 0; index < size; index += 1 + size / 40) {
        byte[] leaf = HexFormat.of().parseHex(log.entry(index).orElseThrow().leafHash());
        List<byte[]> proof = log.inclusionProof(index, size);
        InclusionProofVerifier.verify(leaf, index, size, proof, root);
        leaf[0] ^= 1;
        int of = index;
        int in = size;
        assertThatThrownBy(() -> InclusionProofVerifier.verify(leaf, of, in, proof, root))
            .isInstanceOf(InclusionProofVerificationException.class);
      }
    }
  }
}
