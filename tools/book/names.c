/* names.c - names of files that a chapter writes down. */
#include "names.h"

#include <string.h>

bool name_is_inside(const char *path)
{
    for (;; path++) {
        size_t length = strcspn(path, "/");
        if (length == 0 || (length == 1 && path[0] == '.') || (length == 2 && strncmp(path, "..", 2) == 0))
            return false;
        path += length;
        if (*path == '\0')
            return true;
    }
}

bool word_leads_out(const char *word)
{
    static const char parts[] = "=:,\"'"; /* after one of them a path may begin */
    for (const char *begin = word; *begin != '\0';) {
        size_t length = strcspn(begin, parts);
        if (begin[0] == '/')
            return true;
        for (size_t i = 0; i < length; i++)
            if ((i == 0 || begin[i - 1] == '/') && strncmp(begin + i, "..", 2) == 0 &&
                (i + 2 >= length || begin[i + 2] == '/'))
                return true;
        begin += length + (begin[length] != '\0');
    }
    return false;
}

bool name_ends(const char *name, const char *ending)
{
    size_t length = strlen(name), tail = strlen(ending);
    return length > tail && strcmp(name + length - tail, ending) == 0;
}
