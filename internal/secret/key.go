package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"hookline/internal/hookline"
)

// File is the name of the file that holds the key, beside the database.
const File = "secret.key"

const keySize = 32 // AES-256

// Key seals values. It is not in the database: whoever has only that has no
// secret.
type Key struct {
	aead cipher.AEAD
	from string // where it came from, for people
}

// ErrKey is what errors.Is finds when a key cannot be used.
var ErrKey = errors.New("the key of the secrets cannot be used")

// ReadKey reads a key as an environment variable holds it: 32 bytes in base64.
func ReadKey(text, from string) (*Key, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != keySize {
		return nil, fmt.Errorf("%w: %s must be 32 random bytes in base64, as “openssl rand -base64 32” makes them", ErrKey, from)
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	return &Key{aead: aead, from: from}, nil
}

// OpenKey reads the key file in a folder; without one it gives nil, unless one
// shall be made.
func OpenKey(dir string, make bool) (*Key, error) {
	path := filepath.Join(dir, File)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && make {
		text, err = makeFile(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of the secrets: %w", err)
	}
	return ReadKey(string(text), path)
}

// makeFile writes a new key, which nobody but its owner can read. Of two who do
// this at once both get the one that was first.
func makeFile(path string) ([]byte, error) {
	raw := [keySize]byte{}
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	text := []byte(base64.StdEncoding.EncodeToString(raw[:]) + "\n")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	_, err = f.Write(text)
	return text, errors.Join(err, f.Sync(), f.Close())
}

// Seal gives a value as it is kept. It belongs to its name and hosts: put beside
// others, it cannot be opened.
func (k *Key) Seal(s hookline.KeptSecret, value string) []byte {
	nonce := make([]byte, k.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	return k.aead.Seal(nonce, nonce, []byte(value), bound(s))
}

// Open gives the value back.
func (k *Key) Open(s hookline.KeptSecret) (string, error) {
	size := k.aead.NonceSize()
	if len(s.Sealed) < size {
		return "", fmt.Errorf("%w: the secret “%s” is damaged", ErrKey, s.Name)
	}
	value, err := k.aead.Open(nil, s.Sealed[:size], s.Sealed[size:], bound(s))
	if err != nil {
		return "", fmt.Errorf("%w: %s does not open the secret “%s”; it is another key than the one with which it was saved", ErrKey, k.from, s.Name)
	}
	return string(value), nil
}

func bound(s hookline.KeptSecret) []byte {
	return []byte("hookline secret\x00" + s.Name + "\x00" + strings.Join(s.Hosts, "\x00"))
}

// Keys finds the key: the one that was given at the start, or else that of the
// file, which is made when it is needed first. Safe for concurrent use.
type Keys struct {
	dir string

	mu  sync.Mutex
	key *Key
}

// NewKeys reads the key that was given, text; "" for the file in a folder.
func NewKeys(dir, text string) (*Keys, error) {
	k := &Keys{dir: dir}
	if text == "" {
		return k, nil
	}
	var err error
	k.key, err = ReadKey(text, Variable)
	return k, err
}

// Variable is the environment variable that gives the key.
const Variable = "HOOKLINE_SECRET_KEY"

// Key gives the key; nil when there is none yet.
func (k *Keys) Key() (*Key, error) { return k.find(false) }

// MakeKey gives the key, and makes it when there is none yet.
func (k *Keys) MakeKey() (*Key, error) { return k.find(true) }

func (k *Keys) find(make bool) (*Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.key != nil {
		return k.key, nil
	}
	var err error
	k.key, err = OpenKey(k.dir, make)
	return k.key, err
}

// Closed lists the names of those secrets that the key does not open.
func (k *Keys) Closed(all []hookline.KeptSecret) []string {
	var names []string
	key, err := k.Key()
	for _, s := range all {
		if err != nil || key == nil {
			names = append(names, s.Name)
			continue
		}
		if _, closed := key.Open(s); closed != nil {
			names = append(names, s.Name)
		}
	}
	return names
}
