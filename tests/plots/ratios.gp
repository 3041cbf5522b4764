# Written by nngrad. Change it as you like: 'gnuplot FILE.gp' draws the picture again, and
# 'gnuplot -c FILE.gp -' writes it to standard output.

set encoding utf8
set terminal svg size 700,478 enhanced rounded font 'sans-serif,14' fontscale 1.1 background '#ffffff'
if (!exists('ARGC') || ARGC == 0) set output 'ratios.svg'

set border 3 linecolor rgb '#404040'
set tics nomirror scale 0.6
set key below center horizontal reverse Left samplen 3
set xlabel offset 0, 0.4
set minussign
set errorbars small
set grid linecolor rgb '#e4e4e4' linetype 1 linewidth 1
set linetype 1 linecolor rgb '#0072B2' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 2 linecolor rgb '#D55E00' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 3 linecolor rgb '#009E73' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 4 linecolor rgb '#CC79A7' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 5 linecolor rgb '#E69F00' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 6 linecolor rgb '#56B4E9' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 7 linecolor rgb '#000000' linewidth 2 dashtype 2 pointtype 7 pointsize 0.6
set linetype 8 linecolor rgb '#F0E442' linewidth 2 dashtype 4 pointtype 7 pointsize 0.6
set linetype cycle 8

$layers1 << END
0 NaN NaN
1 0.13558515 0.176338926
2 0.131271883 0.0685274661
3 0.0908119949 0.0745637452
4 0.0698992443 0.0715116681
5 0.0737386317 0.0897585981
6 0.0645121359 0.0956629262
END
set multiplot title 'Size of an update in proportion to the weights: adam' font ',16'
unset key

set lmargin at screen 0.1486
set rmargin at screen 0.9571
set tmargin at screen 0.8996
set bmargin at screen 0.2218
set title ''
set xlabel 'epochs'
set xrange [0:6]
set xtics autofreq
set logscale y
set format y '%g'
set yrange [0.0590179:0.192755]
set ytics (0.1)
set ylabel '|ΔW| / |W|'
plot $layers1 using 1:2 with linespoints linetype 1, \
     $layers1 using 1:3 with linespoints linetype 2

set lmargin at screen 0.02
set rmargin at screen 0.98
set tmargin at screen 0.0795
set bmargin at screen 0
unset title
unset xlabel
unset ylabel
unset tics
unset border
unset logscale
set key center center horizontal width 2
set xrange [0:1]
set yrange [0:1]
plot NaN with lines linetype 1 title 'layer 1', \
     NaN with lines linetype 2 title 'layer 2'
unset multiplot
