package io.strongroom.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a secret is to be found. Resolved as late as possible by {@link #resolve()}.
 *
 * <p>{@code ${file:/path}} names a file that only its owner can read or change. {@code ${env:NAME}}
 * is refused, because an environment is inherited by every child process and shown by every
 * diagnosis tool.
 *
 * @param reference the whole text, from the dollar sign to the closing brace
 */
public record SecretReference(String reference) {
  private static final Pattern SHAPE = Pattern.compile("\\$\\{([a-z]+):([^{}]+)}");
  private static final int LIMIT = 64 * 1024;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  /**
   * Checks the form.
   *
   * @throws ConfigException SECRET_REFERENCE_REFUSED for plain text or {@code ${env:...}}; the
   *     message does not repeat the text
   */
  public SecretReference {
    Matcher shape = SHAPE.matcher(reference);
    if (!shape.matches()) {
      throw new ConfigException(
          BaseErrorCode.SECRET_REFERENCE_REFUSED,
          "a secret must be a reference such as ${file:/path}, never the secret itself",
          null);
    }
    if (shape.group(1).equals("env")) {
      throw new ConfigException(
          BaseErrorCode.SECRET_REFERENCE_REFUSED,
          "a secret must not come from an environment variable",
          null);
    }
  }

  /**
   * Reads the secret. One line end at the end of the file is not part of it.
   *
   * @return the secret, which the caller closes
   * @throws ConfigException SECRET_EXPOSED when the file grants anything to group or others (or
   *     lies where that cannot be told), SECRET_UNREADABLE when it is not a regular file of 1 byte
   *     to 64 KiB, SECRET_REFERENCE_REFUSED when nothing here resolves this kind of reference
   */
  public Secret resolve() {
    Matcher shape = SHAPE.matcher(reference);
    if (!shape.matches() || !shape.group(1).equals("file")) {
      throw new ConfigException(
          BaseErrorCode.SECRET_REFERENCE_REFUSED,
          "nothing here resolves secrets of the kind of " + reference,
          null);
    }
    String name = shape.group(2);
    byte[] content;
    try {
      Path file = Path.of(name).toRealPath();
      requireOwnerOnly(file, name);
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        content = in.readNBytes(LIMIT + 1);
      }
    } catch (IOException | InvalidPathException unreadable) {
      throw new ConfigException(
          BaseErrorCode.SECRET_UNREADABLE,
          "the secret file " + name + " cannot be read",
          unreadable);
    }
    try {
      int length = withoutLineEnd(content);
      if (content.length > LIMIT || length == 0) {
        throw new ConfigException(
            BaseErrorCode.SECRET_UNREADABLE,
            "the secret file " + name + " must hold 1 byte to 64 KiB",
            null);
      }
      byte[] exact = Arrays.copyOf(content, length);
      try {
        return Secret.of(exact);
      } finally {
        Arrays.fill(exact, (byte) 0);
      }
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  private static int withoutLineEnd(byte[] content) {
    int length = content.length;
    if (length > 0 && content[length - 1] == '\n') {
      length--;
      if (length > 0 && content[length - 1] == '\r') {
        length--;
      }
    }
    return length;
  }

  private static void requireOwnerOnly(Path file, String name) throws IOException {
    PosixFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (UnsupportedOperationException noPermissions) {
      throw new ConfigException(
          BaseErrorCode.SECRET_EXPOSED,
          "the permissions of the secret file " + name + " cannot be checked on its file system",
          noPermissions);
    }
    if (!attributes.isRegularFile()) {
      throw new ConfigException(
          BaseErrorCode.SECRET_UNREADABLE,
          "the secret file " + name + " is not a regular file",
          null);
    }
    Set<PosixFilePermission> others = EnumSet.copyOf(attributes.permissions());
    others.removeAll(OWNER_ONLY);
    if (!others.isEmpty()) {
      throw new ConfigException(
          BaseErrorCode.SECRET_EXPOSED,
          "the secret file " + name + " is open to group or others",
          null);
    }
  }
}
