package io.strongroom.crypto.subject;

import static io.strongroom.crypto.subject.SubjectRig.CONTEXT;
import static io.strongroom.crypto.subject.SubjectRig.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.strongroom.crypto.CryptoException;
import io.strongroom.crypto.DataKey;
import io.strongroom.crypto.EncryptionContext;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Looks for what was erased the way a thief would: every key that is still anywhere is tried on
 * every sealed field, and the memory of the process is searched.
 */
@Tag("verify")
class ErasureScanTest {
  private static final String ERIKA = "erika.mustermann@example.com";

  @TempDir Path folder;
  private SubjectRig rig;
  private SubjectKeyStore copy;
  private SubjectKeys keys;
  private SubjectErasure office;
  private SubjectPseudonym erika;
  private SubjectPseudonym max;

  /** Bytes to look for, changed so that looking does not find them here. */
  private static final class Needle {
    private final byte[] masked;

    Needle(byte[] bytes) {
      masked = bytes.clone();
      for (int i = 0; i < masked.length; i++) {
        masked[i] ^= 0x5a;
      }
    }

    boolean at(byte[] buffer, int start) {
      for (int i = 0; i < masked.length; i++) {
        if (buffer[start + i] != (byte) (masked[i] ^ 0x5a)) {
          return false;
        }
      }
      return true;
    }
  }

  @BeforeEach
  void open() {
    rig = new SubjectRig(folder);
    copy = new FileSubjectKeyStore(folder.resolve("copy"));
    keys = rig.builder().copy(copy).build();
    office = keys.erasure(rig.signer);
    erika = keys.pseudonym(ERIKA);
    max = keys.pseudonym("max");
  }

  /** A field whose plaintext is found nowhere else. */
  private byte[] sealed(SubjectPseudonym person, String marker) {
    byte[] plaintext = marker.getBytes(StandardCharsets.UTF_8);
    try {
      return keys.seal(person, NAME, plaintext);
    } finally {
      Arrays.fill(plaintext, (byte) 0);
    }
  }

  private static EncryptionContext context(String purpose) {
    Map<String, String> pairs = new TreeMap<>(CONTEXT.pairs());
    pairs.put("strongroom:purpose", purpose);
    return EncryptionContext.of(pairs);
  }

  private Optional<byte[]> tried(byte[] stored, String purpose) {
    try {
      return Optional.of(dataKey(stored, purpose));
    } catch (CryptoException noKey) {
      return Optional.empty();
    }
  }

  private byte[] dataKey(byte[] stored, String purpose) {
    try (DataKey key = rig.service.unwrap(StoredKey.parse(stored), context(purpose))) {
      return key.plaintext();
    }
  }

  private List<byte[]> files() throws IOException {
    List<byte[]> contents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.add(Files.readAllBytes(file));
      }
    }
    return contents;
  }

  /** Every key that any file of the store or its copy gives, under whatever purpose. */
  private List<byte[]> remainingKeys() throws IOException {
    List<byte[]> found = new ArrayList<>();
    for (byte[] file : files()) {
      for (String purpose : List.of("subject-key", "subject-lookup")) {
        tried(file, purpose).ifPresent(found::add);
      }
    }
    return found;
  }

  private static boolean opens(byte[] key, SubjectPseudonym person, byte[] field) {
    try {
      return SealedField.parse(field).open(key, person, NAME, Optional.empty()) != null;
    } catch (CryptoException closed) {
      return false;
    }
  }

  private static int opened(List<byte[]> keys, SubjectPseudonym person, List<byte[]> fields) {
    int opened = 0;
    for (byte[] key : keys) {
      for (byte[] field : fields) {
        opened += opens(key, person, field) ? 1 : 0;
      }
    }
    return opened;
  }

  @Test
  void noRemainingKeyOfStoreOrCopyOpensAFieldOfAnErasedPerson() throws IOException {
    List<byte[]> erikas = new ArrayList<>();
    erikas.add(sealed(erika, "marker one"));
    keys.addVersion(erika);
    erikas.add(sealed(erika, "marker two"));
    List<byte[]> maxs = List.of(sealed(max, "marker three"));
    office.backUp();
    String wrapped =
        Base64.getEncoder()
            .encodeToString(
                StoredKey.parse(
                        rig.store
                            .get(SubjectRecord.of(SubjectRecord.Kind.KEY, erika), 2)
                            .orElseThrow())
                    .ciphertext());
    assertThat(opened(remainingKeys(), erika, erikas)).isEqualTo(4);
    assertThat(files()).filteredOn(file -> text(file).contains(wrapped)).hasSize(2);

    office.erase(ERIKA, "desk", "request 7");
    List<byte[]> remaining = remainingKeys();
    assertThat(remaining).hasSize(4);
    assertThat(opened(remaining, erika, erikas)).isZero();
    assertThat(opened(remaining, max, maxs)).isEqualTo(2);
    assertThat(files()).noneMatch(file -> text(file).contains(wrapped));

    office.backUp();
    office.restore(copy);
    assertThat(opened(remainingKeys(), erika, erikas)).isZero();
  }

  private static String text(byte[] file) {
    return new String(file, StandardCharsets.ISO_8859_1);
  }

  @Test
  void aCopyThatIsPutBackByHandIsErasedAgain() throws IOException {
    List<byte[]> erikas = List.of(sealed(erika, "marker one"));
    SubjectRecord key = SubjectRecord.of(SubjectRecord.Kind.KEY, erika);
    byte[] stolen = rig.store.get(key, 1).orElseThrow();
    office.erase(ERIKA, "desk", "request 7");
    copy.putIfAbsent(key, 1, stolen);
    rig.store.putIfAbsent(key, 1, stolen);
    assertThat(opened(remainingKeys(), erika, erikas)).isEqualTo(2);
    assertThat(office.completeErasures()).isEqualTo(1);
    assertThat(opened(remainingKeys(), erika, erikas)).isZero();
  }

  @Test
  void theMemoryOfTheProcessHoldsNeitherKeyNorField() throws Exception {
    keys.close();
    keys = rig.builder().copy(copy).cache(Duration.ofHours(1), 100).build();
    byte[] field = sealed(erika, "marker " + rig.random.nextLong());
    byte[] opened = keys.open(erika, NAME, field);
    byte[] subjectKey =
        dataKey(
            rig.store.get(SubjectRecord.of(SubjectRecord.Kind.KEY, erika), 1).orElseThrow(),
            "subject-key");
    byte[] derived = SealedField.derive(subjectKey, erika, 1, Arrays.copyOfRange(field, 5, 21));
    List<Needle> needles = List.of(new Needle(subjectKey), new Needle(derived));
    Needle plaintext = new Needle(opened);
    Arrays.fill(subjectKey, (byte) 0);
    Arrays.fill(derived, (byte) 0);
    Arrays.fill(opened, (byte) 0);
    assertThat(found("before", needles)).isEqualTo(2);

    keys.erasure(rig.signer).erase(ERIKA, "desk", "request 7");
    assertThat(found("after", List.of(needles.get(0), needles.get(1), plaintext))).isZero();
    assertThat(keys.isErased(erika)).isTrue();
  }

  /** How many of the needles are in what is reachable in this process. */
  private int found(String name, List<Needle> needles) throws IOException {
    Path dump = folder.resolve(name + ".hprof");
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpHeap(dump.toString(), true);
    boolean[] seen = new boolean[needles.size()];
    int overlap = 64;
    byte[] buffer = new byte[1 << 20];
    int filled = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(dump))) {
      for (int read = in.readNBytes(buffer, 0, buffer.length);
          read > 0;
          read = in.readNBytes(buffer, overlap, buffer.length - overlap)) {
        int end = filled + read;
        for (int n = 0; n < seen.length; n++) {
          Needle needle = needles.get(n);
          for (int at = 0; !seen[n] && at + needle.masked.length <= end; at++) {
            seen[n] = needle.at(buffer, at);
          }
        }
        if (end < buffer.length) {
          break;
        }
        System.arraycopy(buffer, end - overlap, buffer, 0, overlap);
        filled = overlap;
      }
    }
    Files.delete(dump);
    int found = 0;
    for (boolean one : seen) {
      found += one ? 1 : 0;
    }
    return found;
  }
}
