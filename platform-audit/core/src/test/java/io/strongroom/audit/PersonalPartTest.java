package io.strongroom.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.strongroom.crypto.EncryptionContext;
import io.strongroom.crypto.KeyId;
import io.strongroom.crypto.KeyService;
import io.strongroom.crypto.LocalKeyFile;
import io.strongroom.crypto.SubjectErasedException;
import io.strongroom.crypto.signing.Ed25519Signer;
import io.strongroom.crypto.signing.KeyPurpose;
import io.strongroom.crypto.subject.FileSubjectKeyStore;
import io.strongroom.crypto.subject.SubjectErasure;
import io.strongroom.crypto.subject.SubjectField;
import io.strongroom.crypto.subject.SubjectKeys;
import io.strongroom.storage.testing.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("verify")
class PersonalPartTest {
  private static final SubjectField NAME = new SubjectField("audit", "customer");
  private static final String PERSON = "Erika Mustermann";

  @Test
  void erasingAPersonLeavesEveryTileUnchangedAndEveryProofValid(@TempDir Path folder) {
    KeyId key = new KeyId("people");
    KeyService service =
        LocalKeyFile.create(folder.resolve("keys"), "laptop", Set.of(key), new SecureRandom());
    SubjectKeys.Builder builder =
        SubjectKeys.builder(new FileSubjectKeyStore(folder.resolve("subjects")), service, key)
            .copy(new FileSubjectKeyStore(folder.resolve("subjects-copy")))
            .context(EncryptionContext.strongroom().tenant("acme").build());
    builder.prepare();
    try (SubjectKeys subjects = builder.build()) {
      InMemoryObjectStore store = new InMemoryObjectStore();
      AuditLog log = LogFixture.log(store);
      Opening opening = Opening.of(PERSON, new SecureRandom());
      PersonalPart.Sealed sealed =
          PersonalPart.Sealed.of(subjects, subjects.pseudonym("c-1"), NAME, PERSON);
      log.append(LogFixture.event(0));
      AuditReceipt receipt =
          log.append(
              LogFixture.event(1)
                  .withPersonal("opened-by", opening.commit())
                  .withPersonal("customer", sealed));
      log.append(LogFixture.event(2));
      Checkpoint before = log.checkpoint();
      List<byte[]> proof = log.inclusionProof(receipt.index(), before.size());
      Map<String, byte[]> objects = objects(store);
      objects.values().forEach(bytes -> assertThat(text(bytes)).doesNotContain(PERSON));
      PersonalPart.Sealed stored =
          (PersonalPart.Sealed) log.entry(1).orElseThrow().event().personal().get("customer");
      assertThat(stored.open(subjects, NAME)).isEqualTo(PERSON);
      assertThat(log.entry(1).orElseThrow().event().personal().get("opened-by"))
          .isEqualTo(Opening.decode(opening.encode()).commit());

      SubjectErasure office =
          subjects.erasure(Ed25519Signer.generate(KeyPurpose.RECEIPT, new SecureRandom()));
      office.backUp();
      office.erase("c-1", "privacy desk", "request 7");

      assertThatThrownBy(() -> stored.open(subjects, NAME))
          .isInstanceOf(SubjectErasedException.class);
      assertThat(objects(store)).containsExactlyInAnyOrderEntriesOf(objects);
      assertThat(LogFixture.verify(store).clean()).isTrue();
      AuditEntry entry = LogFixture.log(store).entry(1).orElseThrow();
      assertThat(
              MerkleProofs.verifyInclusion(
                  MerkleProofs.leafHash(entry.bytes()), 1, before.size(), proof, before.root()))
          .isTrue();
    }
  }

  @Test
  void openingFitsOnlyItsOwnCommitment() {
    Opening opening = Opening.of(PERSON, new SecureRandom());
    byte[] otherSalt = opening.salt();
    otherSalt[31] ^= 1;
    assertThat(new Opening(opening.salt(), PERSON).commit()).isEqualTo(opening.commit());
    assertThat(new Opening(otherSalt, PERSON).commit()).isNotEqualTo(opening.commit());
    assertThat(new Opening(opening.salt(), "Erika").commit()).isNotEqualTo(opening.commit());
    assertThat(opening.toString()).doesNotContain(PERSON);
  }

  @Test
  void malformedOpeningIsRefusedWithoutShowingIt() {
    String good = text(Opening.of(PERSON, new SecureRandom()).encode());
    for (String bad :
        List.of(
            good + " ",
            good.replace("salt", "salz"),
            good.replaceFirst("[0-9a-f]{2}\"", "\""),
            good.replaceFirst("\"[0-9a-f]{2}", "\"zz"))) {
      assertThat(bad).isNotEqualTo(good);
      assertThatThrownBy(() -> Opening.decode(bad.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOfSatisfying(
              AuditException.class,
              e -> assertThat(e.code()).isEqualTo(AuditErrorCode.EVENT_INVALID))
          .hasMessageNotContaining("Erika");
    }
  }

  private static Map<String, byte[]> objects(InMemoryObjectStore store) {
    Map<String, byte[]> objects = new HashMap<>();
    LogFixture.names(store).forEach(name -> objects.put(name, LogFixture.read(store, name)));
    return objects;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
