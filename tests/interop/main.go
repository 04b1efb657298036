// Checks a folder of static log files with Go's own transparency packages, which know nothing of
// this software:
//
//	main FOLDER VERIFIER-KEY PROOFS
//
// The checkpoint is opened with sumdb/note. The tree is recomputed from the bundles of entries with
// sumdb/tlog, compared with the checkpoint's root, and every tile with it. PROOFS has one proof a
// line, the hashes in hexadecimal, separated by spaces:
//
//	inclusion SIZE INDEX HASH...
//	consistency SECOND FIRST HASH...
//
// Each has to be accepted, and refused with any of its hashes changed, one left out or one too many.
// Says what it saw and exits 0, or says what is wrong and exits 1.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const width = 256

// hashes is every hash of a tree, in tlog's order.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(h)) {
			return nil, fmt.Errorf("no hash %d", index)
		}
		found[i] = h[index]
	}
	return found, nil
}

// tileName is the end of a tile's path (C2SP tlog-tiles).
func tileName(tile, count int64) string {
	name := fmt.Sprintf("%03d", tile%1000)
	for tile >= 1000 {
		tile /= 1000
		name = fmt.Sprintf("x%03d/%s", tile%1000, name)
	}
	if count < width {
		name += fmt.Sprintf(".p/%d", count)
	}
	return name
}

// forEachTile calls back for the tiles over so many items.
func forEachTile(items int64, callback func(tile, first, count int64) error) error {
	for first := int64(0); first < items; first += width {
		if err := callback(first/width, first, min(width, items-first)); err != nil {
			return err
		}
	}
	return nil
}

func openCheckpoint(folder, verifierKey string) (tlog.Tree, error) {
	var tree tlog.Tree
	verifier, err := note.NewVerifier(verifierKey)
	if err != nil {
		return tree, err
	}
	bytes, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(bytes, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("the checkpoint's text is not three lines of this origin")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("the root is not 32 bytes in base64")
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

// readEntries computes the tree from the bundles. Returns its hashes and those of the leaves.
func readEntries(folder string, size int64) (hashes, []tlog.Hash, error) {
	var all hashes
	var leaves []tlog.Hash
	err := forEachTile(size, func(tile, first, count int64) error {
		path := filepath.Join(folder, "tile/entries", tileName(tile, count))
		bundle, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for i := int64(0); i < count; i++ {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("%s is too short", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			stored, err := tlog.StoredHashes(first+i, bundle[2:end], all)
			if err != nil {
				return err
			}
			leaves = append(leaves, tlog.RecordHash(bundle[2:end]))
			all = append(all, stored...)
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			return fmt.Errorf("%s is too long", path)
		}
		return nil
	})
	return all, leaves, err
}

func checkTiles(folder string, size int64, all hashes) (int, error) {
	tiles := 0
	for level, items := 0, size; items > 0; level, items = level+1, items/width {
		err := forEachTile(items, func(tile, first, count int64) error {
			path := filepath.Join(folder, "tile", strconv.Itoa(level), tileName(tile, count))
			bytes, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			var want []byte
			for i := int64(0); i < count; i++ {
				hash := all[tlog.StoredHashIndex(8*level, first+i)]
				want = append(want, hash[:]...)
			}
			if string(bytes) != string(want) {
				return fmt.Errorf("%s is not what the entries make", path)
			}
			tiles++
			return nil
		})
		if err != nil {
			return tiles, err
		}
	}
	return tiles, nil
}

// broken gives variants of a proof that prove nothing.
func broken(proof []tlog.Hash) [][]tlog.Hash {
	variants := [][]tlog.Hash{append(append([]tlog.Hash{}, proof...), tlog.Hash{})}
	for i := range proof {
		changed := append([]tlog.Hash{}, proof...)
		changed[i][i%tlog.HashSize] ^= 1
		shorter := append(append([]tlog.Hash{}, proof[:i]...), proof[i+1:]...)
		variants = append(variants, changed, shorter)
	}
	return variants
}

// checkProof reads and checks a line of PROOFS.
func checkProof(line string, all hashes, leaves []tlog.Hash) error {
	words := strings.Fields(line)
	if len(words) < 3 {
		return fmt.Errorf("%q is no proof", line)
	}
	size, err := strconv.ParseInt(words[1], 10, 64)
	if err != nil {
		return err
	}
	other, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil {
		return err
	}
	var proof []tlog.Hash
	for _, word := range words[3:] {
		bytes, err := hex.DecodeString(word)
		if err != nil || len(bytes) != tlog.HashSize {
			return fmt.Errorf("%q is no hash", word)
		}
		proof = append(proof, tlog.Hash(bytes))
	}
	root, err := tlog.TreeHash(size, all)
	if err != nil {
		return err
	}
	var check func(proof []tlog.Hash) error
	switch words[0] {
	case "inclusion":
		check = func(proof []tlog.Hash) error {
			return tlog.CheckRecord(proof, size, root, other, leaves[other])
		}
	case "consistency":
		oldRoot, err := tlog.TreeHash(other, all)
		if err != nil {
			return err
		}
		check = func(proof []tlog.Hash) error {
			return tlog.CheckTree(proof, size, root, other, oldRoot)
		}
	default:
		return fmt.Errorf("%q is no proof", line)
	}
	if err := check(proof); err != nil {
		return fmt.Errorf("%s %d %d: %v", words[0], size, other, err)
	}
	for _, variant := range broken(proof) {
		if check(variant) == nil {
			return fmt.Errorf("%s %d %d: a broken proof was accepted", words[0], size, other)
		}
	}
	return nil
}

func run(folder, verifierKey, proofsPath string) error {
	tree, err := openCheckpoint(folder, verifierKey)
	if err != nil {
		return err
	}
	all, leaves, err := readEntries(folder, tree.N)
	if err != nil {
		return err
	}
	root, err := tlog.TreeHash(tree.N, all)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries do not have the root that was signed")
	}
	tiles, err := checkTiles(folder, tree.N, all)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(proofsPath)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for _, line := range lines {
		if err := checkProof(line, all, leaves); err != nil {
			return err
		}
	}
	fmt.Printf("%d entries, %d tiles, %d proofs\n", tree.N, tiles, len(lines))
	return nil
}

func main() {
	if len(os.Args) != 4 {
		fmt.Println("usage: main FOLDER VERIFIER-KEY PROOFS")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
