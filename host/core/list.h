/*
** list.h - a doubly linked list whose links live in the listed structs.
**
** A link that is in no list points to itself, so removing twice is harmless
** and membership is a question to the link alone.
*/

#ifndef HOST_CORE_LIST_H
#define HOST_CORE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
  struct list *next;
  struct list *previous;
};

/* The struct that holds this link as its member. */
#define list_entry(link, type, member) ((type *)((char *)(link)-offsetof(type, member)))

static inline void list_init(struct list *self) {
  self->next = self->previous = self;
}

/* For a list: is nothing in it? For a link: is it in no list? */
static inline bool list_empty(const struct list *self) {
  return self->next == self;
}

static inline void list_remove(struct list *link) {
  link->next->previous = link->previous;
  link->previous->next = link->next;
  list_init(link);
}

/* Move 'link' to the end of the list, from wherever it was. */
static inline void list_append(struct list *self, struct list *link) {
  list_remove(link);
  link->previous = self->previous;
  link->next = self;
  self->previous->next = link;
  self->previous = link;
}

static inline struct list *list_first(struct list *self) {
  return list_empty(self) ? NULL : self->next;
}

static inline struct list *list_shift(struct list *self) {
  struct list *link = list_first(self);
  if (link != NULL) list_remove(link);
  return link;
}

/* Move all of 'other' to the end of this list. */
static inline void list_join(struct list *self, struct list *other) {
  if (list_empty(other)) return;
  other->next->previous = self->previous;
  other->previous->next = self;
  self->previous->next = other->next;
  self->previous = other->previous;
  list_init(other);
}

#endif
