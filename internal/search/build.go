package search

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
)

// pageSize is about how many bytes a page has: with its key it fits on one of
// SQLite's.
const pageSize = 3900

// A word that more than one in so many of a segment's texts have is not told of
// each of them: all are candidates.
const everywhere = 4

// seldom is how many texts may have a word in any case and are told one by one.
const seldom = 16

// Builder makes a segment of texts that are added in any order.
type Builder struct {
	texts  map[int64]uint32 // by key: its number, in the order in which they came
	words  map[string]uint32
	lists  [][]uint32 // of each word: the numbers of the texts that have it
	folded []byte
}

// NewBuilder begins a segment.
func NewBuilder() *Builder {
	return &Builder{texts: map[int64]uint32{}, words: map[string]uint32{}}
}

// Len is how many texts there are.
func (b *Builder) Len() int { return len(b.texts) }

// Text adds a piece of the text with that key; there may be several.
func (b *Builder) Text(key int64, piece []byte) {
	n := b.number(key)
	b.folded = Fold(b.folded[:0], piece)
	for word := range words(b.folded) {
		b.has(word, n)
	}
}

// Mark lets the text with that key be found by something that is not in it, such
// as a status. It is no word that anybody could type.
func (b *Builder) Mark(key int64, kind, value string) {
	b.has([]byte(cut(marked(kind, value))), b.number(key))
}

func marked(kind, value string) string { return "\x01" + kind + "\x01" + value }

func (b *Builder) number(key int64) uint32 {
	n, known := b.texts[key]
	if !known {
		n = uint32(len(b.texts))
		b.texts[key] = n
	}
	return n
}

func (b *Builder) has(word []byte, text uint32) {
	i, known := b.words[string(word)]
	if !known {
		i = uint32(len(b.lists))
		b.words[string(word)] = i
		b.lists = append(b.lists, nil)
	}
	list := b.lists[i]
	if len(list) == 0 || list[len(list)-1] != text {
		b.lists[i] = append(list, text)
	}
}

// Segment is what a Builder made, ready to be stored.
type Segment struct {
	Oldest    int64    // the least key
	Directory []byte   // the first word of each page but the first
	Pages     [][]byte // the first one has the keys
}

// Build gives the segment of all texts so far; there must be one.
func (b *Builder) Build() Segment {
	keys := slices.Sorted(maps.Keys(b.texts))
	order := make([]uint32, len(keys)) // of each number: the text's place among the keys
	first := binary.AppendUvarint(nil, uint64(len(keys)))
	last := int64(0)
	for place, key := range keys {
		order[b.texts[key]] = uint32(place)
		first, last = binary.AppendUvarint(first, uint64(key-last)), key
	}
	p := packer{pages: [][]byte{first}}
	for _, word := range slices.Sorted(maps.Keys(b.words)) {
		p.add(word, b.places(b.lists[b.words[word]], order))
	}
	p.end()
	return Segment{Oldest: keys[0], Directory: p.directory, Pages: p.pages}
}

// places packs the texts that have a word: how many they are, and the places of
// each after the one before; 0 alone when they are too many.
func (b *Builder) places(list, order []uint32) []byte {
	sorted := make([]uint32, len(list))
	for i, n := range list {
		sorted[i] = order[n]
	}
	slices.SortFunc(sorted, cmp.Compare)
	sorted = slices.Compact(sorted)
	if n := len(sorted); n > seldom && n > len(order)/everywhere {
		return []byte{0}
	}
	packed := binary.AppendUvarint(nil, uint64(len(sorted)))
	last := uint32(0)
	for _, place := range sorted {
		packed, last = binary.AppendUvarint(packed, uint64(place-last)), place
	}
	return packed
}

// packer fills pages with words, which come sorted.
type packer struct {
	pages     [][]byte
	directory []byte
	page      []byte
	before    string // the word before, on this page
	opened    string // the first word of the page before
}

func (p *packer) add(word string, places []byte) {
	if len(p.page) > 0 && len(p.page)+len(word)+len(places)+4 > pageSize {
		p.end()
	}
	if len(p.page) == 0 {
		p.directory, p.opened = appendWord(p.directory, p.opened, word), word
	}
	p.page, p.before = append(appendWord(p.page, p.before, word), places...), word
}

func (p *packer) end() {
	if len(p.page) > 0 {
		p.pages = append(p.pages, p.page)
	}
	p.page, p.before = nil, ""
}

// appendWord writes how much of the word before a word begins with, and the rest.
func appendWord(to []byte, before, word string) []byte {
	same := 0
	for same < len(before) && same < len(word) && before[same] == word[same] {
		same++
	}
	to = append(to, byte(same), byte(len(word)-same))
	return append(to, word[same:]...)
}
