-- page.lua - what HTML needs beside what pandoc does by itself: pictures inside the page, links from page to page, and
-- boxes in which wide things scroll.

local pictures = 0

local function read(path)
  local file = io.open(path, "rb")
  if file == nil then
    error("there is no picture '" .. path .. "'")
  end
  local bytes = file:read("a")
  file:close()
  return bytes
end

local function html(text)
  return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ["\""] = "&quot;" }))
end

-- The drawing alone, without the head of an XML file. Its identifiers get a prefix: a page holds several drawings.
local function inline_svg(path, alt)
  pictures = pictures + 1
  local prefix = "picture" .. pictures .. "-"
  local svg = read(path):match("<svg.*</svg>")
  if svg == nil then
    error("'" .. path .. "' is no SVG")
  end
  svg = svg:gsub("([%s])id=(['\"])", "%1id=%2" .. prefix)
  svg = svg:gsub("href=(['\"])#", "href=%1#" .. prefix)
  svg = svg:gsub("url%(#", "url(#" .. prefix)
  svg = svg:gsub("url%('#", "url('#" .. prefix)
  svg = svg:gsub("<title>.-</title>", "", 1)
  svg = svg:gsub("<title>gnuplot_plot_%d+</title>", "")
  return (svg:gsub("^<svg", "<svg role=\"img\" aria-label=\"" .. html(alt) .. "\"", 1))
end

local function is_svg(path)
  return path:match("%.svg$") ~= nil and not path:match("^%a+:")
end

-- A picture that is a paragraph of its own is a figure with its caption.
local function figure(para)
  local image = para.content[1]
  if #para.content ~= 1 or image.t ~= "Image" then
    return nil
  end
  local alt = pandoc.utils.stringify(image.caption)
  local shown = is_svg(image.src) and pandoc.RawInline("html", inline_svg(image.src, alt)) or image
  if not is_svg(image.src) then
    read(image.src)
  end
  return {
    pandoc.RawBlock("html", "<figure>"),
    pandoc.Plain({ shown }),
    pandoc.RawBlock("html", "<figcaption>"),
    pandoc.Plain(image.caption),
    pandoc.RawBlock("html", "</figcaption>\n</figure>"),
  }
end

-- What was typed stands out from what was said: a line "$ ...", and those that a backslash adds to it.
local function console(block)
  local lines, typed = {}, false
  for line in (block.text .. "\n"):gmatch("(.-)\n") do
    local is_command = typed or line:match("^%$ ") ~= nil
    typed = is_command and line:match("\\$") ~= nil
    line = html(line)
    lines[#lines + 1] = is_command and "<b>" .. line:gsub("%-[%w%-]+", "<span>%0</span>") .. "</b>" or line
  end
  return pandoc.RawBlock("html", "<pre class=\"console\" tabindex=\"0\"><code>" .. table.concat(lines, "\n") ..
    "\n</code></pre>")
end

local function scrolling(block)
  return pandoc.Div({ block }, pandoc.Attr("", { "scroll" }, { tabindex = "0" }))
end

local function page_title(document)
  for _, block in ipairs(document.blocks) do
    if block.t == "Header" and block.level == 1 then
      return pandoc.utils.stringify(block.content)
    end
  end
  error("a page begins with its title")
end

return {
  {
    Para = figure,
    CodeBlock = function(block)
      if block.classes[1] == "console" then
        return console(block)
      end
      block.attributes.tabindex = "0"
      return block
    end,
    Table = scrolling,
    Link = function(link)
      if not link.target:match("^%a+:") then
        link.target = link.target:gsub("%.md$", ".html"):gsub("%.md#", ".html#")
      end
      return link
    end,
    Math = function(math)
      if math.mathtype == "DisplayMath" then
        return pandoc.Span({ math }, pandoc.Attr("", { "display" }, { tabindex = "0" }))
      end
    end,
  },
  {
    Pandoc = function(document)
      document.meta.pagetitle = page_title(document)
      return document
    end,
  },
}
