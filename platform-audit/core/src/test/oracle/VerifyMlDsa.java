import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Verifies the lines of a checkpoint that an ML-DSA-44 key signed, with a JDK of 24 or later alone.
 * Arguments: the checkpoint, the verifier key. The message is put together here from the text of
 * C2SP tlog-cosignature.
 */
final class VerifyMlDsa {
  private static final String SPKI_PREFIX = "30820532300b06096086480165030403110382052100";

  public static void main(String[] args) throws Exception {
    String note = Files.readString(Path.of(args[0]));
    String[] vkey = Files.readString(Path.of(args[1])).trim().split("\\+", 3);
    byte[] typed = Base64.getDecoder().decode(vkey[2]);
    if (typed[0] != 6 || typed.length != 1 + 1312) {
      throw new IllegalStateException("no ML-DSA-44 key");
    }
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update((vkey[0] + "\n").getBytes(StandardCharsets.UTF_8));
    byte[] id = Arrays.copyOf(sha256.digest(typed), 4);
    if (!HexFormat.of().formatHex(id).equals(vkey[1])) {
      throw new IllegalStateException("the id of the key");
    }
    byte[] prefix = HexFormat.of().parseHex(SPKI_PREFIX);
    byte[] spki = ByteBuffer.allocate(prefix.length + 1312).put(prefix).put(typed, 1, 1312).array();
    PublicKey key = KeyFactory.getInstance("ML-DSA").generatePublic(new X509EncodedKeySpec(spki));
    String[] text = note.split("\n", 4);
    int verified = 0;
    for (String line : note.substring(note.lastIndexOf("\n\n") + 2).split("\n")) {
      String[] words = line.split(" ");
      byte[] blob = Base64.getDecoder().decode(words[2]);
      if (!words[1].equals(vkey[0]) || !Arrays.equals(Arrays.copyOf(blob, 4), id)) {
        continue;
      }
      long time = ByteBuffer.wrap(blob, 4, 8).getLong();
      byte[] message = message(vkey[0], time, text[0], Long.parseLong(text[1]), text[2]);
      byte[] altered = message(vkey[0], time + 1, text[0], Long.parseLong(text[1]), text[2]);
      byte[] signature = Arrays.copyOfRange(blob, 12, blob.length);
      if (!verifies(key, message, signature) || verifies(key, altered, signature)) {
        throw new IllegalStateException("the signature");
      }
      verified++;
    }
    System.out.println("ok " + verified + " lines");
  }

  private static byte[] message(String name, long time, String origin, long size, String root) {
    byte[] cosigner = name.getBytes(StandardCharsets.UTF_8);
    byte[] log = origin.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(12 + 1 + cosigner.length + 8 + 1 + log.length + 8 + 8 + 32)
        .put(new byte[] {'s', 'u', 'b', 't', 'r', 'e', 'e', '/', 'v', '1', '\n', 0})
        .put((byte) cosigner.length)
        .put(cosigner)
        .putLong(time)
        .put((byte) log.length)
        .put(log)
        .putLong(0)
        .putLong(size)
        .put(Base64.getDecoder().decode(root))
        .array();
  }

  private static boolean verifies(PublicKey key, byte[] message, byte[] signature)
      throws Exception {
    Signature verifier = Signature.getInstance("ML-DSA-44");
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signature);
  }
}
