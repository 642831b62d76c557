package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// file is one built file, ready to send both ways.
type file struct {
	contentType string
	plain       []byte
	zipped      func() []byte // nil when zipping does not make it smaller, as with fonts
}

// contentTypes are said here because the tables that package mime reads differ from machine to machine.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}

func newFile(name string, plain []byte) file {
	contentType, ok := contentTypes[path.Ext(name)]
	if !ok {
		contentType = "application/octet-stream"
	}
	// Zipped when it is first asked for, and then kept: to zip everything would be half of the time a start takes.
	return file{contentType: contentType, plain: plain, zipped: sync.OnceValue(func() []byte {
		if zipped := zip(plain); len(zipped) < len(plain)*9/10 {
			return zipped
		}
		return nil
	})}
}

func zip(plain []byte) []byte {
	var b bytes.Buffer
	// Writing to a bytes.Buffer cannot fail, and DefaultCompression is a valid level.
	z := gzip.NewWriter(&b)
	_, _ = z.Write(plain)
	_ = z.Close()
	return b.Bytes()
}

// Handler serves the built files under /static/. Names carry a hash, so a file is the same for ever and may be kept
// for a year (RFC 8246); what is not there is a plain 404 that is not kept.
func Handler() http.Handler {
	return built
}

func (b bundle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := b.files[strings.TrimPrefix(r.URL.Path, prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	body := f.plain
	h := w.Header()
	h.Set("Content-Type", f.contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if zipped := f.zipped(); zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body = zipped
		}
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	// A failed write means that the browser has gone; there is nobody left to tell.
	_, _ = io.Copy(w, bytes.NewReader(body))
}

// acceptsGzip reads Accept-Encoding (RFC 9110 §12.5.3): gzip named, and not refused by a weight of zero.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, params, _ := strings.Cut(part, ";")
		if strings.TrimSpace(coding) != "gzip" {
			continue
		}
		weight := strings.TrimPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		q, err := strconv.ParseFloat(weight, 64)
		return weight == "" || (err == nil && q > 0)
	}
	return false
}
