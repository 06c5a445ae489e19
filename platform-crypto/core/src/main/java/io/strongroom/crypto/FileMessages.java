package io.strongroom.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Turns files into files: the target appears whole and on disk, or not at all. */
final class FileMessages {
  private static final int COPY = 1024 * 1024;
  private static final SecureRandom NAMES = new SecureRandom();

  /** What is done between two files. */
  interface Turning {
    long turn(InputStream source, OutputStream target) throws IOException;
  }

  private FileMessages() {}

  static long replace(Path source, Path target, Turning turning) {
    byte[] unique = new byte[8];
    NAMES.nextBytes(unique);
    Path folder = target.resolveSibling("").toAbsolutePath();
    Path part =
        target.resolveSibling(
            "." + target.getFileName() + "." + HexFormat.of().formatHex(unique) + ".part");
    boolean complete = false;
    try (FileChannel from = open(source)) {
      long length;
      try (FileChannel to =
          FileChannel.open(part, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        length = turning.turn(Channels.newInputStream(from), Channels.newOutputStream(to));
        to.force(true);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      complete = true;
      force(folder);
      return length;
    } catch (IOException failure) {
      throw unusable(target, failure);
    } finally {
      if (!complete) {
        remove(part);
      }
    }
  }

  private static FileChannel open(Path source) {
    try {
      return FileChannel.open(source, StandardOpenOption.READ);
    } catch (IOException failure) {
      throw unusable(source, failure);
    }
  }

  /** Makes the new name durable, where a folder can be opened at all. */
  private static void force(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
        opened.force(true);
      }
    }
  }

  private static void remove(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException left) {
      // Nothing reads it: its name says what it is, and the failure before this one is thrown.
    }
  }

  /** Copies with a buffer that suits pieces of frames. */
  static long copy(InputStream source, OutputStream target) throws IOException {
    byte[] buffer = new byte[COPY];
    long copied = 0;
    for (int part = source.read(buffer); part >= 0; part = source.read(buffer)) {
      target.write(buffer, 0, part);
      copied += part;
    }
    return copied;
  }

  static CryptoException unusable(Path file, IOException cause) {
    return new CryptoException(
        CryptoErrorCode.FILE_UNUSABLE,
        "file " + file + " cannot be read or written: " + cause.getClass().getSimpleName(),
        cause);
  }
}
