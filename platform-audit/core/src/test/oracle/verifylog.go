// Verifies a log with golang.org/x/mod alone: its checkpoint, tiles, bundles and proofs.
//
// Arguments: the folder of the log, a file of verifier keys, an older checkpoint. Each key must
// have signed the checkpoint; keys of type 0x06 are left out, which this Go does not know.
package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type verifier struct {
	name string
	id   uint32
	is   func(msg, sig []byte) bool
}

func (v verifier) Name() string                { return v.name }
func (v verifier) KeyHash() uint32             { return v.id }
func (v verifier) Verify(msg, sig []byte) bool { return v.is(msg, sig) }

func check(err error, what string) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}

func must(ok bool, what string) {
	if !ok {
		log.Fatal(what)
	}
}

func newVerifier(vkey string) note.Verifier {
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	check(err, "key")
	id, err := strconv.ParseUint(parts[1], 16, 32)
	check(err, "id of a key")
	switch key[0] {
	case 1:
		v, err := note.NewVerifier(vkey)
		check(err, "Ed25519 key")
		return v
	case 2:
		hash := sha256.Sum256(key[1:])
		must(binary.BigEndian.Uint32(hash[:]) == uint32(id), "the id of an ECDSA key")
		public, err := x509.ParsePKIXPublicKey(key[1:])
		check(err, "ECDSA key")
		return verifier{parts[0], uint32(id), func(msg, sig []byte) bool {
			digest := sha256.Sum256(msg)
			return ecdsa.VerifyASN1(public.(*ecdsa.PublicKey), digest[:], sig)
		}}
	case 4:
		hash := sha256.Sum256(append([]byte(parts[0]+"\n\x04"), key[1:]...))
		must(binary.BigEndian.Uint32(hash[:]) == uint32(id), "the id of a witness's key")
		return verifier{parts[0], uint32(id), func(msg, sig []byte) bool {
			time := binary.BigEndian.Uint64(sig)
			text := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, msg)
			return ed25519.Verify(ed25519.PublicKey(key[1:]), []byte(text), sig[8:])
		}}
	}
	return nil
}

func tree(text string) tlog.Tree {
	lines := strings.Split(text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err, "size")
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err, "root")
	var hash tlog.Hash
	copy(hash[:], root)
	return tlog.Tree{N: size, Hash: hash}
}

type tiles struct{ folder string }

func (t tiles) Height() int                        { return 8 }
func (t tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range wanted {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

func entries(folder string, size int64) [][]byte {
	var all [][]byte
	for first := int64(0); first < size; first += 256 {
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: 256}
		if size-first < 256 {
			tile.W = int(size - first)
		}
		path := "tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/")
		data, err := os.ReadFile(filepath.Join(folder, path))
		check(err, "bundle")
		for len(data) > 0 {
			length := int(binary.BigEndian.Uint16(data))
			all = append(all, data[2:2+length])
			data = data[2+length:]
		}
	}
	return all
}

func main() {
	folder := os.Args[1]
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	check(err, "checkpoint")
	keys, err := os.ReadFile(os.Args[2])
	check(err, "keys")
	var text string
	verified := 0
	for _, vkey := range strings.Fields(string(keys)) {
		v := newVerifier(vkey)
		if v == nil {
			continue
		}
		opened, err := note.Open(signed, note.VerifierList(v))
		check(err, "signature of "+vkey)
		must(len(opened.Sigs) == 1, "one signature of a key")
		text = opened.Text
		altered := strings.Replace(string(signed), "\n", "0\n", 2)
		_, err = note.Open([]byte(altered), note.VerifierList(v))
		must(err != nil, "an altered checkpoint is refused")
		verified++
	}
	now := tree(text)
	old, err := os.ReadFile(os.Args[3])
	check(err, "older checkpoint")
	before := tree(string(old))

	reader := tlog.TileHashReader(now, tiles{folder})
	all := entries(folder, now.N)
	must(int64(len(all)) == now.N, "as many entries as the checkpoint says")
	for i, entry := range all {
		index := int64(i)
		stored, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
		check(err, "tiles")
		must(stored[0] == tlog.RecordHash(entry), "an entry that the tiles have")
		if index%37 == 0 || index == now.N-1 {
			proof, err := tlog.ProveRecord(now.N, index, reader)
			check(err, "inclusion")
			check(tlog.CheckRecord(proof, now.N, now.Hash, index, stored[0]), "inclusion")
		}
	}
	if before.N > 0 {
		proof, err := tlog.ProveTree(now.N, before.N, reader)
		check(err, "consistency")
		check(tlog.CheckTree(proof, now.N, now.Hash, before.N, before.Hash), "consistency")
	}
	fmt.Printf("ok %d entries %d keys\n", now.N, verified)
}
