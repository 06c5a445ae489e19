/**
 * The object store port with its local implementation, and the words the other packages share:
 * layers, datasets, pipelines.
 *
 * <p>Start at {@link io.strongroom.storage.ObjectStore}; {@link
 * io.strongroom.storage.LocalObjectStore} keeps objects in a folder.
 */
@NullMarked
package io.strongroom.storage;

import org.jspecify.annotations.NullMarked;
