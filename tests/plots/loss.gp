# Written by nngrad. Change it as you like: 'gnuplot FILE.gp' draws the picture again, and
# 'gnuplot -c FILE.gp -' writes it to standard output.

set encoding utf8
set terminal svg size 700,454 enhanced rounded font 'sans-serif,14' fontscale 1.1 background '#ffffff'
if (!exists('ARGC') || ARGC == 0) set output 'loss.svg'

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

$curve1 << END
0 0.718008275 NaN
1 0.712154885 NaN
2 0.696260995 NaN
3 0.673149903 NaN
4 0.670106373 NaN
5 0.670814158 NaN
6 0.674018282 NaN
7 0.720982647 NaN
8 0.693650506 NaN
9 0.652929565 NaN
END
set multiplot title 'Loss by epoch: lecture' font ',16'
unset key

set lmargin at screen 0.1486
set rmargin at screen 0.9571
set tmargin at screen 0.8943
set bmargin at screen 0.1806
set title ''
set xlabel 'epochs'
set xrange [0:9]
set xtics autofreq
unset logscale y
set format y '%g'
set yrange [0.650207:0.723705]
set ytics autofreq
set ylabel 'training loss'
plot $curve1 using 1:2 with linespoints linetype 1
unset multiplot
