package liquid

import (
	"container/list"
	"sync"
)

// Cache keeps the most recently used compiled templates. It is safe for
// concurrent use. Templates that do not compile are not kept.
type Cache struct {
	mu    sync.Mutex
	size  int
	byKey map[cacheKey]*list.Element
	order *list.List // of *cached, most recently used first
}

type cacheKey struct {
	source string
	mode   Mode
}

type cached struct {
	key      cacheKey
	template *Template
}

// NewCache makes a cache for at most size templates, at least one.
func NewCache(size int) *Cache {
	return &Cache{size: max(size, 1), byKey: map[cacheKey]*list.Element{}, order: list.New()}
}

// Compile gives the template from the cache or compiles it. Two goroutines
// that ask for the same new template at once may both compile it.
func (c *Cache) Compile(source string, mode Mode) (*Template, error) {
	key := cacheKey{source, mode}
	if t := c.find(key); t != nil {
		return t, nil
	}
	t, err := Compile(source, mode)
	if err != nil {
		return nil, err
	}
	c.keep(key, t)
	return t, nil
}

// Len says how many templates are kept.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.order.Len()
}

// find counts as a use: what is found becomes the most recent.
func (c *Cache) find(key cacheKey) *Template {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).template
}

// keep may find the template there already, put by another goroutine that
// asked for it at the same moment.
func (c *Cache) keep(key cacheKey, t *Template) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		c.order.MoveToFront(e)
		return
	}
	c.byKey[key] = c.order.PushFront(&cached{key, t})
	if c.order.Len() > c.size {
		last := c.order.Back()
		c.order.Remove(last)
		delete(c.byKey, last.Value.(*cached).key)
	}
}
