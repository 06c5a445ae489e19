package io.strongroom.storage;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One listing of a local store, in the order of keys: of a folder the names are sorted first and
 * looked at one by one, so that a page costs little more than its objects.
 */
final class LocalListing {
  private final Path root;
  private final LocalFiles files;
  private final Description description;
  private final String prefix;
  private final @Nullable String after;
  private final int limit;
  private final List<ObjectInfo> found = new ArrayList<>();

  /** Describes the object at a path; null when there is none any more. */
  interface Description {
    @Nullable ObjectInfo of(String key, Path path) throws IOException;
  }

  /** The key of something in a folder; of a folder it ends in a slash once that is known. */
  private record Candidate(String key, Path path) {}

  LocalListing(
      Path root,
      LocalFiles files,
      Description description,
      String prefix,
      @Nullable String after,
      int limit) {
    this.root = root;
    this.files = files;
    this.description = description;
    this.prefix = prefix;
    this.after = after;
    this.limit = limit;
  }

  List<ObjectInfo> run() throws IOException {
    int slash = prefix.lastIndexOf('/');
    if (slash < 0) {
      list("", root);
    } else {
      String folder = prefix.substring(0, slash);
      if (isKey(folder)) {
        Path path = LocalNames.resolve(root, folder);
        LocalFiles.Status status = files.status(folder, path);
        if (status != null && status.folder()) {
          list(folder + "/", path);
        }
      }
    }
    return List.copyOf(found);
  }

  private static boolean isKey(String folder) {
    for (String segment : folder.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return true;
  }

  private void list(String base, Path folder) throws IOException {
    PriorityQueue<Candidate> queue =
        new PriorityQueue<>((a, b) -> ObjectKeys.ORDER.compare(a.key(), b.key()));
    collect(base, "", folder, queue);
    while (found.size() < limit) {
      Candidate next = queue.poll();
      if (next == null) {
        return;
      }
      if (next.key().endsWith("/")) {
        list(next.key(), next.path());
        continue;
      }
      LocalFiles.Status status = files.status(next.key(), next.path());
      if (status == null) {
        continue;
      }
      if (status.folder()) {
        Candidate inside = new Candidate(next.key() + "/", next.path());
        if (mayHold(inside.key())) {
          queue.add(inside);
        }
      } else if (next.key().startsWith(prefix)
          && (after == null || ObjectKeys.ORDER.compare(next.key(), after) > 0)) {
        ObjectInfo info = description.of(next.key(), next.path());
        if (info != null) {
          found.add(info);
        }
      }
    }
  }

  private void collect(String base, String start, Path folder, PriorityQueue<Candidate> queue)
      throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.endsWith(LocalNames.CONTINUED)) {
          String begun = start + name.substring(0, name.length() - LocalNames.CONTINUED.length());
          LocalFiles.Status status = files.status(base + begun, entry);
          if (status != null && status.folder()) {
            collect(base, begun, entry, queue);
          }
        } else {
          String segment = LocalNames.decode(start + name);
          if (segment != null && mayHold(base + segment) && isHome(base + segment, entry)) {
            queue.add(new Candidate(base + segment, entry));
          }
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      // Gone since it was seen: then so are its objects.
      return;
    }
  }

  /** Long names lie in one place only; a file that somebody put elsewhere is no object. */
  private boolean isHome(String key, Path entry) {
    return entry.equals(LocalNames.resolve(root, key));
  }

  /** Whether keys that start so can be in this listing. */
  private boolean mayHold(String start) {
    return (start.startsWith(prefix) || prefix.startsWith(start))
        && (after == null || after.startsWith(start) || ObjectKeys.ORDER.compare(start, after) > 0);
  }
}
